import { addSeconds, isTerminalState, type Instant } from "@windlass/contract";
import type { DecisionPass } from "./decision-pass.ts";
import type { RunSnapshot } from "./snapshot.ts";

/** When the run's time is up: `dagrunTimeoutSeconds` after its start; null without a time-out or a start. */
export function runTimeoutAt(snapshot: RunSnapshot): Instant | null {
  const seconds = snapshot.graph.dag.dagrunTimeoutSeconds;
  if (seconds === null || snapshot.startDate === null) return null;
  return addSeconds(snapshot.startDate, seconds);
}

/** Fails the run and skips whatever of it is unfinished, as Airflow does; what is running is stopped by its executor. */
export function timeOutRun(pass: DecisionPass): void {
  for (const index of pass.indexesWhere((state) => !isTerminalState(state))) {
    pass.move(index, "skipped", "run_timed_out");
  }
  pass.moveRun("failed", "run_timed_out");
}
