import type { TaskInstanceRow, TryRow } from "@windlass/core/queries";

/** A try as lists show it. */
export interface ShownTry extends Pick<
  TaskInstanceRow,
  "startDate" | "endDate" | "queuedAt" | "maxTries" | "versionUuid" | "versionNumber" | "versionCreatedAt"
> {
  readonly attemptId: string;
  readonly tryNumber: number;
  readonly state: string | null;
  readonly pid: number | null;
  readonly hostname: string;
}

/**
 * All tries of a task instance, oldest first: those that are over from their attempts, each on the version of the Dag that it ran on, and the task
 * instance itself. As on Airflow one that was cleared is shown beside its last try, and one that waits for a retry is that try and no more.
 */
export function triesOf(instance: TaskInstanceRow, tries: readonly TryRow[]): readonly ShownTry[] {
  const isOver = instance.state === null || instance.state === "up_for_retry";
  const earlier = tries
    .filter((each) => each.tryNumber < instance.tryNumber || (isOver && each.tryNumber === instance.tryNumber))
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
      maxTries: each.maxTries ?? instance.maxTries,
      versionUuid: each.versionUuid ?? instance.versionUuid,
      versionNumber: each.versionNumber ?? instance.versionNumber,
      versionCreatedAt: each.versionCreatedAt ?? instance.versionCreatedAt,
    }));
  if (instance.state === "up_for_retry" && earlier.length > 0) return earlier;
  const newest = {
    ...instance,
    attemptId: tries.find((each) => each.tryNumber === instance.tryNumber)?.attemptId ?? instance.attemptId,
  };
  return [...earlier, newest];
}
