import { NOT_MAPPED } from "@windlass/contract";
import { explainTaskInstance, type WhyReason } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { defineOperation } from "../../operation.ts";
import { instancePath, type InstancePlace, mappedPath, notFoundTitle, taskInstanceOf } from "./task-instances.ts";

// Airflow 2's names of what may hold a task instance.
const NAMES: Readonly<Partial<Record<WhyReason["code"], string>>> = {
  upstream_not_done: "Trigger Rule",
  past_dependency: "Previous Dagrun State",
  waiting_for_retry: "Not In Retry Period",
  waiting_for_reschedule: "Ready To Reschedule",
  dag_paused: "Dag Not Paused",
  run_queued: "Dagrun Running",
  pool_full: "Pool Slots Available",
  max_active_tasks: "DAG's Max Active Tasks",
  max_active_per_dag: "Task Concurrency",
};

async function answerDependencies(call: Call<InstancePlace, unknown, unknown>, mapIndex: number) {
  const { server, params } = call;
  const instance = await taskInstanceOf(call, params, mapIndex, notFoundTitle(params));
  const at = { dagId: params.dag_id, runId: params.dag_run_id, taskId: params.task_id, mapIndex };
  const surroundings = { now: server.actions.clock.now(), parallelism: server.actions.config.core.parallelism };
  const why = await explainTaskInstance(server.actions.database, at, surroundings);
  const reasons = (why?.reasons ?? []).map(({ code, summary, fix }) => ({
    name: NAMES[code] ?? code,
    reason: `${summary} ${fix}`,
  }));
  // Airflow 2 first says that a task instance without state is none that a worker takes.
  const stateless =
    instance.state === null ? [{ name: "Task Instance State", reason: "Task is in the 'None' state." }] : [];
  return ok({ dependencies: [...stateless, ...reasons] });
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
