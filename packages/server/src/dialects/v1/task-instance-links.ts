import { NOT_MAPPED } from "@windlass/contract";
import { findDefinition, findRun, findTaskInstance, taskOf } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { dagUnknown, objectUnknown, runUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { integer, withDefault } from "../../request/field.ts";
import { extraLinksOf } from "../extra-links.ts";
import { instancePath } from "./task-instances.ts";

/** Links that operators add to a task instance. */
export const taskInstanceLinkOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/links",
    operationId: "get_extra_links",
    summary: "Links that the operator adds: to a run that was made, to a Dag that is waited for",
    action: "task_instance.read",
    params: instancePath,
    query: { map_index: withDefault(integer(), NOT_MAPPED) },
    async handle(call) {
      const { database } = call.server.actions;
      const { dag_id: dagId, dag_run_id: runId, task_id: taskId } = call.params;
      const version = await findDefinition(database, dagId);
      if (version === undefined)
        throw await dagUnknown(call, dagId, {
          v1: { title: "DAG not found", detail: `DAG with ID = "${dagId}" not found` },
        });
      if (taskOf(version, taskId) === undefined) {
        throw objectUnknown("task", taskId, {
          pointer: "path/task_id",
          airflow: { v1: { title: "Task not found", detail: `Task with ID = "${taskId}" not found` } },
        });
      }
      if ((await findRun(database, dagId, runId)) === undefined) {
        throw runUnknown(dagId, runId, {
          v1: { title: "DAG Run not found", detail: `DAG Run with ID = "${runId}" not found` },
        });
      }
      const instance = await findTaskInstance(database, dagId, runId, taskId, call.query.map_index);
      return ok(instance === undefined ? {} : await extraLinksOf(call.server, instance));
    },
  }),
];
