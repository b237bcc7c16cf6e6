import { type Answer, ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { defineOperation } from "../../operation.ts";
import { integer, optional, withDefault } from "../../request/field.ts";
import { displayNamesOf } from "../display-names.ts";
import { dependenciesOf } from "../task-dependencies.ts";
import { instancePath, mappedPath, taskInstanceOf } from "./task-instance-of.ts";
import { extraLinksOf } from "../extra-links.ts";
import { taskInstanceView } from "./task-instance-view.ts";

async function oneInstance(
  call: Pick<Call<unknown, unknown, unknown>, "server">,
  params: { dag_id: string; dag_run_id: string; task_id: string },
  mapIndex: number,
): Promise<Answer> {
  const row = await taskInstanceOf(call, params, mapIndex);
  return ok(taskInstanceView(row, (await displayNamesOf(call.server, [row]))(row)));
}

async function dependencies(
  call: Pick<Call<unknown, unknown, unknown>, "server">,
  params: { dag_id: string; dag_run_id: string; task_id: string },
  mapIndex: number,
): Promise<Answer> {
  const { state } = await taskInstanceOf(call, params, mapIndex);
  const at = { dagId: params.dag_id, runId: params.dag_run_id, taskId: params.task_id, mapIndex };
  return ok({ dependencies: await dependenciesOf(call.server, at, state) });
}

/** One task instance, and what stands beside it. */
export const taskInstanceOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}",
    operationId: "get_task_instance",
    summary: "One task instance that is not mapped",
    action: "task_instance.read",
    params: instancePath,
    handle: (call) => oneInstance(call, call.params, -1),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}",
    operationId: "get_mapped_task_instance",
    summary: "One task instance by its map index",
    action: "task_instance.read",
    params: mappedPath,
    handle: (call) => oneInstance(call, call.params, call.params.map_index),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/links",
    operationId: "get_extra_links",
    summary: "Links that operators add: to a run that was made, to a Dag that is waited for",
    action: "task_instance.read",
    params: instancePath,
    query: { map_index: withDefault(integer(), -1), try_number: optional(integer()) },
    async handle(call) {
      const instance = await taskInstanceOf(call, call.params, call.query.map_index);
      const links = await extraLinksOf(call.server, instance);
      return ok({ extra_links: links, total_entries: Object.keys(links).length });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/dependencies",
    operationId: "get_task_instance_dependencies",
    summary: "What keeps a task instance from running",
    action: "task_instance.read",
    params: instancePath,
    query: { map_index: withDefault(integer(), -1) },
    handle: (call) => dependencies(call, call.params, call.query.map_index),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/dependencies",
    operationId: "get_task_instance_dependencies_by_map_index",
    summary: "What keeps an instance of a mapped task from running",
    action: "task_instance.read",
    params: mappedPath,
    handle: (call) => dependencies(call, call.params, call.params.map_index),
  }),
];
