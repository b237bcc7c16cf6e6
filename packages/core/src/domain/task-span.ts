import type { Instant, RunType, SerializedTask } from "@windlass/contract";

/**
 * Whether a run has an instance of a task, by the task's own dates. As on Airflow they are held against the logical date alone, and not at all in a
 * backfill. Where runs are made, `store/runs.ts` says the same in SQL.
 */
export function isInSpan(
  { startDate, endDate }: Pick<SerializedTask, "startDate" | "endDate">,
  { runType, logicalDate }: { readonly runType: RunType; readonly logicalDate: Instant | null },
): boolean {
  if (runType === "backfill" || logicalDate === null) return true;
  return (startDate === undefined || startDate <= logicalDate) && (endDate === undefined || logicalDate <= endDate);
}
