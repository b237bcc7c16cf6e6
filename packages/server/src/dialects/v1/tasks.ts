import type { SerializedTask } from "@windlass/contract";
import { type DefinedVersion, findDefinition, taskOf } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { dagUnknown, nearSentence, objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { titleOnly } from "./airflow-words.ts";
import { orderField, orderOf } from "./paging.ts";
import { taskView } from "./task-view.ts";

const ORDER = {
  task_id: "taskId",
  task_display_name: "displayName",
  owner: "owner",
  pool: "pool",
  queue: "queue",
  trigger_rule: "triggerRule",
  priority_weight: "priorityWeight",
} as const satisfies Readonly<Record<string, keyof SerializedTask>>;

/** The newest version of a path's Dag. @throws RefusalError */
async function definitionOf(call: Call<{ dag_id: string }, unknown, unknown>): Promise<DefinedVersion> {
  const version = await findDefinition(call.server.actions.database, call.params.dag_id);
  if (version === undefined) throw await dagUnknown(call, call.params.dag_id, { v1: titleOnly("DAG not found") });
  return version;
}

/** Reading the tasks of a Dag. */
export const taskOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dags/{dag_id}/tasks",
    operationId: "get_tasks",
    summary: "Tasks of the newest version of a Dag",
    action: "task.list",
    params: { dag_id: text() },
    query: { order_by: orderField },
    async handle(call) {
      const version = await definitionOf(call);
      const [order] = readOrderBy(orderOf(call.query.order_by, "task_id"), ORDER);
      const { by, descending } = order ?? { by: "taskId", descending: false };
      const tasks = [...version.definition.tasks].sort((a, b) => {
        const [left, right] = [a[by] ?? a.taskId, b[by] ?? b.taskId];
        return (left < right ? -1 : left > right ? 1 : 0) * (descending ? -1 : 1);
      });
      return ok({ tasks: tasks.map((task) => taskView(task, version.definition)), total_entries: tasks.length });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dags/{dag_id}/tasks/{task_id}",
    operationId: "get_task",
    summary: "One task",
    action: "task.read",
    params: { dag_id: text(), task_id: text() },
    async handle(call) {
      const version = await definitionOf(call);
      const { task_id: taskId } = call.params;
      const task = taskOf(version, taskId);
      if (task !== undefined) return ok(taskView(task, version.definition));
      const near = nearSentence(
        taskId,
        version.definition.tasks.map((each) => each.taskId),
      );
      throw objectUnknown("task", `${taskId} in ${version.dagId}${near}`, {
        pointer: "path/task_id",
        airflow: { v1: titleOnly("Task not found") },
      });
    },
  }),
];
