import { earlier, type Instant, type SerializedDag, type SerializedTask } from "@windlass/contract";

/** A task's dates as Airflow shows them: within the Dag's. */
export function taskSpan(
  dag: Pick<SerializedDag, "startDate" | "endDate">,
  task: SerializedTask,
): { readonly startDate: Instant | null; readonly endDate: Instant | null } {
  const { startDate = null } = task;
  const isLater = startDate !== null && (dag.startDate === null || startDate > dag.startDate);
  return { startDate: isLater ? startDate : dag.startDate, endDate: earlier(dag.endDate, task.endDate ?? null) };
}
