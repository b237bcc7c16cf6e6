import type { Instant } from "@windlass/contract";
import type { RunSnapshot } from "../../domain/snapshot.ts";

/** A task instance that a change by hand touches, or would touch. */
export interface AffectedTaskInstance {
  readonly id: number;
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly logicalDate: Instant | null;
  readonly runAfter: Instant;
}

/** The named task instances of a run. */
export function affectedOf(run: RunSnapshot, ids: ReadonlySet<number>): readonly AffectedTaskInstance[] {
  const { dagId, runId, logicalDate, runAfter } = run;
  return run.taskInstances
    .filter(({ id }) => ids.has(id))
    .map(({ id, taskId, mapIndex }) => ({ id, dagId, runId, taskId, mapIndex, logicalDate, runAfter }));
}
