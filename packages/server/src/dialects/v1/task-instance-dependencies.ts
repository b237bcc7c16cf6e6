import { NOT_MAPPED } from "@windlass/contract";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { defineOperation } from "../../operation.ts";
import { dependenciesOf } from "../task-dependencies.ts";
import { instancePath, type InstancePlace, mappedPath, notFoundTitle, taskInstanceOf } from "./task-instances.ts";

async function answerDependencies(call: Call<InstancePlace, unknown, unknown>, mapIndex: number) {
  const { server, params } = call;
  const instance = await taskInstanceOf(call, params, mapIndex, notFoundTitle(params));
  const at = { dagId: params.dag_id, runId: params.dag_run_id, taskId: params.task_id, mapIndex };
  return ok({ dependencies: await dependenciesOf(server, at, instance.state) });
}

const ONE = "/api/v1/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}";

/** Why a task instance does not run, in the shape of Airflow 2. */
export const taskInstanceDependencyOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: `${ONE}/dependencies`,
    operationId: "get_task_instance_dependencies",
    summary: "What keeps a task instance from running",
    action: "task_instance.read",
    params: instancePath,
    handle: (call) => answerDependencies(call, NOT_MAPPED),
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: `${ONE}/{map_index}/dependencies`,
    operationId: "get_mapped_task_instance_dependencies",
    summary: "What keeps an instance of a mapped task from running",
    action: "task_instance.read",
    params: mappedPath,
    handle: (call) => answerDependencies(call, call.params.map_index),
  }),
];
