import { listTries } from "@windlass/core/queries";
import { type Answer, ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { integer, withDefault } from "../../request/field.ts";
import { displayNamesOf } from "../display-names.ts";
import { triesOf } from "../tries.ts";
import { instancePath, mappedPath, taskInstanceOf } from "./task-instance-of.ts";
import { tryView } from "./task-instance-view.ts";

async function allTries(
  call: Pick<Call<unknown, unknown, unknown>, "server">,
  params: { dag_id: string; dag_run_id: string; task_id: string },
  mapIndex: number,
): Promise<Answer> {
  const row = await taskInstanceOf(call, params, mapIndex);
  const name = (await displayNamesOf(call.server, [row]))(row);
  const tries = triesOf(row, await listTries(call.server.actions.database, row.id));
  return ok({ task_instances: tries.map((each) => tryView(row, name, each)), total_entries: tries.length });
}

async function oneTry(
  call: Pick<Call<unknown, unknown, unknown>, "server">,
  params: { dag_id: string; dag_run_id: string; task_id: string; task_try_number: number },
  mapIndex: number,
): Promise<Answer> {
  const row = await taskInstanceOf(call, params, mapIndex);
  const name = (await displayNamesOf(call.server, [row]))(row);
  const found = triesOf(row, await listTries(call.server.actions.database, row.id)).findLast(
    (each) => each.tryNumber === params.task_try_number,
  );
  if (found !== undefined) return ok(tryView(row, name, found));
  throw objectUnknown("try", `${String(params.task_try_number)} of ${params.task_id}`, {
    airflow: {
      v2: `The Task Instance with dag_id: \`${params.dag_id}\`, run_id: \`${params.dag_run_id}\`, task_id: \`${params.task_id}\`, try_number: \`${String(params.task_try_number)}\` and map_index: \`${String(mapIndex)}\` was not found`,
    },
  });
}

/** The tries of task instances. */
export const tryOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/tries",
    operationId: "get_task_instance_tries",
    summary: "All tries of a task instance",
    action: "task_instance.read",
    params: instancePath,
    query: { map_index: withDefault(integer(), -1) },
    handle: (call) => allTries(call, call.params, call.query.map_index),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/tries",
    operationId: "get_mapped_task_instance_tries",
    summary: "All tries of a mapped task instance",
    action: "task_instance.read",
    params: mappedPath,
    handle: (call) => allTries(call, call.params, call.params.map_index),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/tries/{task_try_number}",
    operationId: "get_task_instance_try_details",
    summary: "One try of a task instance",
    action: "task_instance.read",
    params: { ...instancePath, task_try_number: integer() },
    query: { map_index: withDefault(integer(), -1) },
    handle: (call) => oneTry(call, call.params, call.query.map_index),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/tries/{task_try_number}",
    operationId: "get_mapped_task_instance_try_details",
    summary: "One try of a mapped task instance",
    action: "task_instance.read",
    params: { ...mappedPath, task_try_number: integer() },
    handle: (call) => oneTry(call, call.params, call.params.map_index),
  }),
];
