import { findTaskInstance, type TaskInstanceRow } from "@windlass/core/queries";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { integer, text, withDefault } from "../../request/field.ts";
import { runOf } from "./run-of.ts";

/** Names a task instance in a path. */
export const instancePath = { dag_id: text(), run_id: text(), task_id: text() } as const;

/** Which of a mapped task's instances; -1 where the task is not mapped. */
export const mapIndexQuery = { map_index: withDefault(integer({ minimum: -1 }), -1) } as const;

/** The task instance of a path. @throws RefusalError for the run, or for the task instance */
export async function taskInstanceOf(
  call: Pick<Call<unknown, unknown, unknown>, "server" | "scope">,
  path: { readonly dag_id: string; readonly run_id: string; readonly task_id: string },
  mapIndex: number,
): Promise<TaskInstanceRow> {
  const found = await findTaskInstance(call.server.actions.database, path.dag_id, path.run_id, path.task_id, mapIndex);
  if (found !== undefined) return found;
  await runOf(call, path.dag_id, path.run_id);
  throw objectUnknown(
    "task instance",
    `${path.task_id}${mapIndex < 0 ? "" : ` (map index ${String(mapIndex)})`} in the run ${path.run_id}`,
    { pointer: "path/task_id" },
  );
}
