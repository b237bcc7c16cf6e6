import type { SerializedTask } from "@windlass/contract";
import { type DefinedVersion, findDefinition, taskOf } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { dagUnknown, nearSentence, objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { text, withDefault } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { retriesBackoff } from "../retry-backoff.ts";
import { taskSpan } from "../task-span.ts";
import { zOrNull } from "./moments.ts";

const ORDER = {
  task_id: "taskId",
  task_display_name: "displayName",
  owner: "owner",
  pool: "pool",
  queue: "queue",
  trigger_rule: "triggerRule",
  priority_weight: "priorityWeight",
  operator_name: "operator",
} as const satisfies Readonly<Record<string, keyof SerializedTask>>;

/** A task as v2 shows it. */
function taskView(task: SerializedTask, version: DefinedVersion): Record<string, unknown> {
  const { definition } = version;
  return {
    task_id: task.taskId,
    task_display_name: task.displayName ?? task.taskId,
    owner: task.owner,
    start_date: zOrNull(taskSpan(definition, task).startDate),
    end_date: zOrNull(taskSpan(definition, task).endDate),
    trigger_rule: task.triggerRule,
    depends_on_past: task.dependsOnPast,
    wait_for_downstream: task.waitForDownstream,
    retries: task.retry.attempts,
    queue: task.queue,
    pool: task.pool,
    pool_slots: task.poolSlots,
    execution_timeout: task.executionTimeoutSeconds === null ? null : timeDelta(task.executionTimeoutSeconds),
    retry_delay: timeDelta(task.retry.delaySeconds),
    retry_exponential_backoff: retriesBackoff(task.retry),
    priority_weight: task.priorityWeight,
    weight_rule: task.weightRule,
    ui_color: "#fff",
    ui_fgcolor: "#000",
    template_fields: Object.keys(task.templateFields),
    downstream_task_ids: downstreamOf(task, definition.tasks),
    doc_md: task.docMd,
    operator_name: task.operator,
    params: {},
    class_ref: { module_path: "windlass", class_name: task.operator },
    is_mapped: task.expand !== null,
    extra_links: [],
  };
}

function downstreamOf(task: SerializedTask, all: readonly SerializedTask[]): readonly string[] {
  return all
    .filter((each) => each.upstreamTaskIds.includes(task.taskId))
    .map(({ taskId }) => taskId)
    .sort();
}

function timeDelta(seconds: number): Record<string, unknown> {
  const days = Math.floor(seconds / 86_400);
  const whole = Math.floor(seconds % 86_400);
  return { __type: "TimeDelta", days, seconds: whole, microseconds: Math.round((seconds % 1) * 1e6) };
}

/** The newest version of a path's Dag. @throws RefusalError */
async function definitionOf(call: Call<{ dag_id: string }, unknown, unknown>): Promise<DefinedVersion> {
  const dagId = call.params.dag_id;
  const version = await findDefinition(call.server.actions.database, dagId);
  if (version === undefined) throw await dagUnknown(call, dagId, { v2: `The Dag with ID: \`${dagId}\` was not found` });
  return version;
}

/** Reading the tasks of a Dag. */
export const taskOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/tasks",
    operationId: "get_tasks",
    summary: "Tasks of the newest version of a Dag",
    action: "task.list",
    params: { dag_id: text() },
    query: { order_by: withDefault(text(), "task_id") },
    async handle(call) {
      const [order] = readOrderBy([call.query.order_by], ORDER);
      const version = await definitionOf(call);
      const tasks = [...version.definition.tasks].sort((a, b) => {
        const [left, right] = [a[order?.by ?? "taskId"] ?? "", b[order?.by ?? "taskId"] ?? ""];
        return (left < right ? -1 : left > right ? 1 : 0) * (order?.descending === true ? -1 : 1);
      });
      return ok({ tasks: tasks.map((task) => taskView(task, version)), total_entries: tasks.length });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/tasks/{task_id:path}",
    operationId: "get_task",
    summary: "One task",
    action: "task.read",
    params: { dag_id: text(), task_id: text() },
    async handle(call) {
      const version = await definitionOf(call);
      const { task_id: taskId } = call.params;
      const task = taskOf(version, taskId);
      if (task !== undefined) return ok(taskView(task, version));
      const near = nearSentence(
        taskId,
        version.definition.tasks.map((each) => each.taskId),
      );
      throw objectUnknown("task", `${taskId} in ${version.dagId}${near}`, {
        airflow: { v2: `Task with id ${taskId} was not found` },
      });
    },
  }),
];
