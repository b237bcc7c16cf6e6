import type { TaskInstanceRow, TryRow } from "@windlass/core/queries";

/** A try as lists show it. */
export interface ShownTry {
  readonly attemptId: string;
  readonly tryNumber: number;
  readonly state: string | null;
  readonly startDate: TaskInstanceRow["startDate"];
  readonly endDate: TaskInstanceRow["endDate"];
  readonly queuedAt: TaskInstanceRow["queuedAt"];
  readonly pid: number | null;
  readonly hostname: string;
}

/** All tries of a task instance: the earlier ones from their attempts, the newest from the task instance itself. */
export function triesOf(instance: TaskInstanceRow, tries: readonly TryRow[]): readonly ShownTry[] {
  const earlier = tries
    .filter((each) => each.tryNumber < instance.tryNumber)
    .map((each) => ({
      attemptId: each.attemptId,
      tryNumber: each.tryNumber,
      // Airflow keeps a try that is to be repeated as a failed one.
      state: each.outcome === "up_for_retry" ? "failed" : each.outcome,
      startDate: each.startedAt,
      endDate: each.endedAt,
      queuedAt: each.queuedAt,
      pid: each.pid,
      hostname: each.hostname ?? "",
    }));
  if (instance.tryNumber === 0 && instance.state === null) return earlier;
  const newest = {
    ...instance,
    attemptId: tries.find((each) => each.tryNumber === instance.tryNumber)?.attemptId ?? instance.attemptId,
  };
  return [...earlier, newest];
}
