import { NOT_MAPPED } from "@windlass/contract";
import { findTaskInstance, listTries } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { integer } from "../../request/field.ts";
import { displayNamesOf } from "../display-names.ts";
import { triesOf } from "../tries.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";
import { tryView } from "./task-instance-view.ts";
import { instancePath, type InstancePlace, mappedPath } from "./task-instances.ts";

/** All tries of a task instance as v1 shows them, oldest first; none where there is no such task instance. */
async function shownTries(
  { server }: Pick<Call<unknown, unknown, unknown>, "server">,
  place: InstancePlace,
  mapIndex: number,
): Promise<readonly Record<string, unknown>[]> {
  const instance = await findTaskInstance(
    server.actions.database,
    place.dag_id,
    place.dag_run_id,
    place.task_id,
    mapIndex,
  );
  if (instance === undefined) return [];
  const nameOf = await displayNamesOf(server, [instance]);
  const tries = await listTries(server.actions.database, instance.id);
  return triesOf(instance, tries).map((one) => tryView(instance, nameOf(instance), one));
}

async function answerTries(call: Call<InstancePlace, { limit: number; offset: number }, unknown>, mapIndex: number) {
  const { limit, offset } = pageOf(call.query);
  const tries = await shownTries(call, call.params, mapIndex);
  return ok({ task_instances: tries.slice(offset, offset + limit), total_entries: tries.length });
}

async function answerTry(call: Call<InstancePlace & { task_try_number: number }, unknown, unknown>, mapIndex: number) {
  const { dag_id: dagId, dag_run_id: runId, task_id: taskId, task_try_number: number } = call.params;
  const found = (await shownTries(call, call.params, mapIndex)).findLast((each) => each.try_number === number);
  if (found !== undefined) return ok(found);
  const detail = `Task Instance not found for dag_id=${dagId}, run_id=${runId}, task_id=${taskId}, map_index=${String(mapIndex)}, try_number=${String(number)}.`;
  throw objectUnknown("try", `${String(number)} of ${taskId} in the run ${runId}`, {
    pointer: "path/task_try_number",
    airflow: { v1: { title: "Task instance not found", detail } },
  });
}

const ONE = "/api/v1/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}";

/** Reading the tries of a task instance. */
export const tryOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: `${ONE}/tries`,
    operationId: "get_task_instance_tries",
    summary: "Tries of a task instance",
    action: "task_instance.read",
    params: instancePath,
    query: { ...pagingFields, order_by: orderField },
    handle: (call) => answerTries(call, NOT_MAPPED),
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: `${ONE}/{map_index}/tries`,
    operationId: "get_mapped_task_instance_tries",
    summary: "Tries of an instance of a mapped task",
    action: "task_instance.read",
    params: mappedPath,
    query: { ...pagingFields, order_by: orderField },
    handle: (call) => answerTries(call, call.params.map_index),
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: `${ONE}/tries/{task_try_number}`,
    operationId: "get_task_instance_try_details",
    summary: "One try of a task instance",
    action: "task_instance.read",
    params: { ...instancePath, task_try_number: integer({ minimum: 0 }) },
    handle: (call) => answerTry(call, NOT_MAPPED),
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: `${ONE}/{map_index}/tries/{task_try_number}`,
    operationId: "get_mapped_task_instance_try_details",
    summary: "One try of an instance of a mapped task",
    action: "task_instance.read",
    params: { ...mappedPath, task_try_number: integer({ minimum: 0 }) },
    handle: (call) => answerTry(call, call.params.map_index),
  }),
];
