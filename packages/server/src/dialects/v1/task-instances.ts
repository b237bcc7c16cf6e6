import { type AirflowV1Body, NOT_MAPPED, refuse } from "@windlass/contract";
import { findTaskInstance, type TaskInstanceRow } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { integer, text } from "../../request/field.ts";
import { displayNamesOf } from "../display-names.ts";
import { taskInstanceView } from "./task-instance-view.ts";

/** Parameters of a path that names a task instance. */
export const instancePath = { dag_id: text(), dag_run_id: text(), task_id: text() } as const;

/** Parameters of a path that names one of a mapped task's instances. */
export const mappedPath = { ...instancePath, map_index: integer() } as const;

/** The values of `instancePath`. */
export interface InstancePlace {
  readonly dag_id: string;
  readonly dag_run_id: string;
  readonly task_id: string;
}

/**
 * The task instance of a path.
 * @param words what Airflow 2 says in this operation where there is none
 * @throws RefusalError
 */
export async function taskInstanceOf(
  call: Pick<Call<unknown, unknown, unknown>, "server">,
  place: InstancePlace,
  mapIndex: number,
  words: AirflowV1Body = { title: "Task instance not found", detail: null },
): Promise<TaskInstanceRow> {
  const found = await findTaskInstance(
    call.server.actions.database,
    place.dag_id,
    place.dag_run_id,
    place.task_id,
    mapIndex,
  );
  if (found !== undefined) return found;
  const name = `${place.task_id}${mapIndex === NOT_MAPPED ? "" : ` (map index ${String(mapIndex)})`} in the run ${place.dag_run_id} of ${place.dag_id}`;
  throw objectUnknown("task instance", name, { pointer: "path/task_id", airflow: { v1: words } });
}

/** Airflow 2's title where an operation on a task instance finds none. */
export function notFoundTitle(place: InstancePlace): AirflowV1Body {
  return {
    title: `Task Instance not found for dag_id=${place.dag_id}, run_id=${place.dag_run_id}, task_id=${place.task_id}`,
    detail: null,
  };
}

/** What Airflow 2 says where the task is mapped and the path names no instance of it. */
async function wordsWhereMissing(
  { server, params }: Call<InstancePlace, unknown, unknown>,
  mapIndex: number,
): Promise<AirflowV1Body | undefined> {
  if (mapIndex !== NOT_MAPPED) return undefined;
  const { dag_id: dagId, dag_run_id: runId, task_id: taskId } = params;
  const first = await findTaskInstance(server.actions.database, dagId, runId, taskId, 0);
  if (first === undefined) return undefined;
  return {
    title: "Task instance not found",
    detail: "Task instance is mapped, add the map_index value to the URL",
  };
}

async function answerOne(call: Call<InstancePlace, unknown, unknown>, mapIndex: number) {
  const instance = await taskInstanceOf(call, call.params, mapIndex, await wordsWhereMissing(call, mapIndex));
  const nameOf = await displayNamesOf(call.server, [instance]);
  return ok(taskInstanceView(instance, nameOf(instance)));
}

const ONE = "/api/v1/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}";

/** Reading one task instance. */
export const taskInstanceOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: ONE,
    operationId: "get_task_instance",
    summary: "One task instance",
    action: "task_instance.read",
    params: instancePath,
    handle: (call) => answerOne(call, NOT_MAPPED),
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: `${ONE}/{map_index}`,
    operationId: "get_mapped_task_instance",
    summary: "One instance of a mapped task",
    action: "task_instance.read",
    params: mappedPath,
    handle(call) {
      // Airflow 2's router takes no sign in a map index.
      if (call.params.map_index < 0) {
        const { method, path } = call.request;
        throw refuse("route.unknown", { method, path, hint: "A map index is 0 or more." });
      }
      return answerOne(call, call.params.map_index);
    },
  }),
];
