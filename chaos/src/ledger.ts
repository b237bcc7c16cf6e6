import { existsSync, readFileSync } from "node:fs";

/** What a task wrote of itself. */
export interface Entry {
  readonly what: "start" | "end";
  readonly attemptId: string;
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly tryNumber: number;
  readonly pid: number;
  readonly supervisor: number;
  readonly wallMs: number;
  /** By the machine's monotonic clock, in nanoseconds. */
  readonly ns: bigint;
}

/** What a callback wrote of itself. */
export interface Call {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly dedupeKey: string;
}

/** The tasks' own account, in the order in which it was written. */
export interface Ledger {
  readonly entries: readonly Entry[];
  readonly calls: readonly Call[];
}

export function readLedger(file: string): Ledger {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const [entries, calls]: [Entry[], Call[]] = [[], []];
  for (const line of lines) {
    if (line === "") continue;
    const entry = JSON.parse(line) as { what: string; ns: string };
    if (entry.what === "called") calls.push(entry as unknown as Call);
    else entries.push({ ...entry, ns: BigInt(entry.ns) } as unknown as Entry);
  }
  return { entries, calls };
}
