import { existsSync, readFileSync } from "node:fs";

/** What a task wrote of itself. */
export interface Entry {
  /** `alive`: a sign of life of what an attempt has started beside itself. */
  readonly what: "start" | "alive" | "end";
  readonly attemptId: string;
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly tryNumber: number;
  /** Of who wrote it; of a sign of life it is not known. */
  readonly pid?: number;
  readonly supervisor: number;
  readonly wallMs: number;
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
    const entry = JSON.parse(line) as ({ readonly what: "called" } & Call) | Entry;
    if (entry.what === "called") calls.push(entry);
    else entries.push(entry);
  }
  return { entries, calls };
}
