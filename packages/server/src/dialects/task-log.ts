import { isJsonObject, type JsonObject } from "@windlass/contract";
import { listTries, type TaskInstanceRow } from "@windlass/core/queries";
import type { Server } from "../server.ts";

/** Whole lines of a log, parsed, and the place behind them. */
export interface LogLines {
  readonly lines: readonly JsonObject[];
  readonly nextOffset: number;
  /** The attempt ended and no byte is left. */
  readonly complete: boolean;
}

const LARGEST_PART = 1_048_576;

/**
 * The attempt whose log a try's log is. For the newest try it is the present attempt; undefined where the try never reached a worker.
 */
export async function attemptOfTry(
  server: Server,
  instance: TaskInstanceRow,
  tryNumber: number,
): Promise<string | undefined> {
  const tries = await listTries(server.actions.database, instance.id);
  const found = tries.find((each) => each.tryNumber === tryNumber)?.attemptId;
  return found ?? (tryNumber === instance.tryNumber && instance.state !== null ? instance.attemptId : undefined);
}

/** Whether an attempt may still write: its log is then not complete even at its end. */
export function mayStillWrite(instance: Pick<TaskInstanceRow, "state" | "tryNumber">, tryNumber: number): boolean {
  return (
    tryNumber >= instance.tryNumber &&
    (instance.state === "running" || instance.state === "queued" || instance.state === "restarting")
  );
}

/** Whole lines from an offset on, at most a mebibyte; a line that is cut at the end stays for the next time. */
export async function readLogLines(
  server: Server,
  attemptId: string,
  offset: number,
  ended: boolean,
  limit = LARGEST_PART,
): Promise<LogLines> {
  const part = await server.logs.read(attemptId, offset, limit);
  if (part === undefined) return { lines: [], nextOffset: offset, complete: ended };
  const text = new TextDecoder().decode(part.bytes);
  const last = part.bytes.lastIndexOf(10);
  const atEnd = part.nextOffset >= part.totalBytes;
  // A line longer than the part would never end; it is then told in pieces.
  const whole = last === -1 ? (part.bytes.length >= limit || (ended && atEnd) ? part.bytes.length : 0) : last + 1;
  const read = whole === part.bytes.length ? text : new TextDecoder().decode(part.bytes.subarray(0, whole));
  const nextOffset = part.nextOffset - (part.bytes.length - whole);
  return {
    lines: read
      .split("\n")
      .filter((line) => line !== "")
      .map(parseLine),
    nextOffset,
    complete: ended && nextOffset >= part.totalBytes,
  };
}

function parseLine(line: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(line);
    if (isJsonObject(parsed)) return parsed;
  } catch {
    // A line cut by a kill is told as it is.
  }
  return { event: line };
}
