import { nearest, refusal, type Verdict } from "@windlass/contract";

/** That a Dag has no such task: found after the request's own faults, as on Airflow 2. @param known its tasks, for "did you mean" */
export function unknownTask(dagId: string, taskId: string, known: readonly string[]): Verdict {
  const near = nearest(taskId, known);
  const airflow = {
    v1: { title: "Task not found", detail: `Task '${taskId}' not found in DAG '${dagId}'` },
    v2: `Task with id ${taskId} was not found`,
  };
  const data = {
    kind: "task",
    name: `${taskId} in ${dagId}`,
    near: near === undefined ? "" : ` Did you mean ${near}?`,
  };
  return { phase: "conflict", refusal: refusal("object.unknown", data, { airflow }) };
}
