import type { ExecutorStatus } from "../executors/port.ts";

/** What an engine is about, for health and status pages. */
export interface EngineStatus {
  readonly bootId: string;
  readonly started: boolean;
  readonly activeRuns: number;
  readonly executor: ExecutorStatus;
}
