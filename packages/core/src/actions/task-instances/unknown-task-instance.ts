import { type Instant, refusal, toAirflowText, type Verdict } from "@windlass/contract";

/** What names a task instance. */
export interface TaskInstancePlace {
  readonly dagId: string;
  readonly run: { readonly runId: string } | { readonly logicalDate: Instant };
  readonly taskId: string;
  readonly mapIndex?: number | undefined;
}

/** That there is no such task instance: found after the request's own faults, as on Airflow 2. @param v2 Airflow 3's words where they are others */
export function unknownTaskInstance({ dagId, run, taskId, mapIndex }: TaskInstancePlace, v2?: string): Verdict {
  const where =
    "runId" in run
      ? `DAG run with ID '${run.runId}'`
      : `execution_date ${toAirflowText(run.logicalDate, "+00:00").replace("T", " ")}`;
  const runId = "runId" in run ? run.runId : run.logicalDate;
  const airflow = {
    v1: { title: "Not Found", detail: `Task instance not found for task '${taskId}' on ${where}` },
    v2:
      v2 ??
      `The Task Instance with dag_id: \`${dagId}\`, run_id: \`${runId}\`${mapIndex === undefined ? "" : `, map_index: \`${String(mapIndex)}\``} and task_id: \`${taskId}\` was not found`,
  };
  const name = `${taskId}${mapIndex === undefined || mapIndex < 0 ? "" : ` (map index ${String(mapIndex)})`} in the run ${runId} of ${dagId}`;
  return {
    phase: "conflict",
    refusal: refusal("object.unknown", { kind: "task instance", name, near: "" }, { airflow }),
  };
}
