import { findTaskInstance, type TaskInstanceRow } from "@windlass/core/queries";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { integer, text } from "../../request/field.ts";

/** The path of a task instance that is not mapped. */
export const instancePath = { dag_id: text(), dag_run_id: text(), task_id: text() } as const;
/** The path of a mapped one. */
export const mappedPath = { ...instancePath, map_index: integer() } as const;

/** The task instance of a path. @param shownIndex the map index as the refusal shows it @throws RefusalError */
export async function taskInstanceOf(
  call: Pick<Call<unknown, unknown, unknown>, "server">,
  {
    dag_id: dagId,
    dag_run_id: runId,
    task_id: taskId,
  }: { readonly dag_id: string; readonly dag_run_id: string; readonly task_id: string },
  mapIndex: number,
): Promise<TaskInstanceRow> {
  const found = await findTaskInstance(call.server.actions.database, dagId, runId, taskId, mapIndex);
  if (found !== undefined) return found;
  throw objectUnknown("task instance", `${taskId} (map index ${String(mapIndex)}) in the run ${runId} of ${dagId}`, {
    airflow: {
      v2: `The Task Instance with dag_id: \`${dagId}\`, run_id: \`${runId}\`, task_id: \`${taskId}\` and map_index: \`${String(mapIndex)}\` was not found`,
    },
  });
}
