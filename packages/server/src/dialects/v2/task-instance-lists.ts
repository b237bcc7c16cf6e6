import { refusal } from "@windlass/contract";
import { findDefinition, listTaskInstances, type TaskInstanceFilter } from "@windlass/core/queries";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { choice, integer, list, literal, nullable, optional, record, text, withDefault } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { requireAction } from "../../require-action.ts";
import type { Server } from "../../server.ts";
import { withStatus } from "../with-status.ts";
import { MOST_COUNTED, readCursor, writeCursor } from "./cursor.ts";
import { pageOf } from "./paging.ts";
import { bodyMomentBounds, numberBounds } from "./ranges.ts";
import { runOf } from "./runs.ts";
import {
  filterOf,
  instanceFilters,
  rangesOf,
  TASK_INSTANCE_ORDER,
  TASK_INSTANCE_STATES,
} from "./task-instance-filters.ts";
import { instancePath } from "./task-instance-of.ts";
import { taskInstancePage } from "./task-instance-page.ts";

const batchBody = record({
  dag_ids: optional(nullable(list(text()))),
  dag_run_ids: optional(nullable(list(text()))),
  task_ids: optional(nullable(list(text()))),
  state: optional(nullable(list(nullable(choice(TASK_INSTANCE_STATES))))),
  ...bodyMomentBounds("run_after"),
  ...bodyMomentBounds("logical_date"),
  ...bodyMomentBounds("start_date"),
  ...bodyMomentBounds("end_date"),
  ...numberBounds("duration"),
  pool: optional(nullable(list(text()))),
  queue: optional(nullable(list(text()))),
  executor: optional(nullable(list(text()))),
  page_offset: withDefault(integer({ minimum: 0 }), 0),
  page_limit: withDefault(integer({ minimum: 0 }), 100),
  order_by: optional(nullable(text())),
});

/** Whether a task is mapped by itself or by a group around it; it may have no instance nevertheless. */
async function isMappedTask(server: Server, dagId: string, taskId: string): Promise<boolean> {
  const found = await findDefinition(server.actions.database, dagId);
  const task = found?.definition.tasks.find((each) => each.taskId === taskId);
  if (found === undefined || task === undefined) return false;
  const groups = new Map(found.definition.taskGroups.map((group) => [group.groupId, group]));
  let groupId = task.taskGroupId;
  while (groupId !== null) {
    const group = groups.get(groupId);
    if (group?.expand != null) return true;
    groupId = group?.parentGroupId ?? null;
  }
  return task.expand !== null;
}

/** Lists of task instances. */
export const taskInstanceListOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances",
    operationId: "get_task_instances",
    summary: "Task instances of a run; ~ stands for all Dags or all runs",
    action: "task_instance.list_all",
    params: { dag_id: text(), dag_run_id: text() },
    query: instanceFilters,
    async handle(call) {
      const { server, query, params, scope } = call;
      if (params.dag_id === "~" && params.dag_run_id !== "~") {
        throw withStatus(
          400,
          refusal(
            "request.field_wrong",
            {
              part: "path",
              name: "dag_id",
              problem: "a run's id is unique only within its Dag",
              expected: "the Dag's id",
            },
            {
              pointer: "path/dag_id",
              airflow: { v2: "dag_id is required when dag_run_id is specified" },
            },
          ),
        );
      }
      if (params.dag_id !== "~") requireAction(call, "task_instance.list", params.dag_id);
      if (params.dag_run_id !== "~") await runOf(call, params.dag_id, params.dag_run_id);
      const filter: TaskInstanceFilter = {
        ...filterOf(query),
        dagIds: params.dag_id === "~" ? undefined : [params.dag_id],
        runIds: params.dag_run_id === "~" ? undefined : [params.dag_run_id],
        taskIds: query.task_id === undefined ? undefined : [query.task_id],
      };
      const ordering = readOrderBy(query.order_by, TASK_INSTANCE_ORDER);
      const paging = pageOf(query);
      if (query.cursor === undefined) {
        const { rows, total } = await listTaskInstances(server.actions.database, scope(), filter, ordering, paging);
        return taskInstancePage(server, rows, total);
      }
      const { limit } = paging;
      const from = readCursor(query.cursor);
      const more = { limit: limit + 1, offset: from };
      const { rows, total } = await listTaskInstances(server.actions.database, scope(), filter, ordering, more);
      return taskInstancePage(server, rows.slice(0, limit), Math.min(total, MOST_COUNTED), {
        next_cursor: rows.length > limit ? writeCursor(from + limit) : null,
        previous_cursor: from > 0 ? writeCursor(Math.max(from - limit, 0)) : null,
        total_entries_limit: MOST_COUNTED,
      });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/list",
    operationId: "get_task_instances_batch",
    summary: "Task instances of many runs, picked by a body",
    action: "task_instance.list_all",
    params: { dag_id: literal("~"), dag_run_id: literal("~") },
    body: batchBody,
    async handle({ server, body, scope }) {
      const filter: TaskInstanceFilter = {
        ...rangesOf(body),
        dagIds: body.dag_ids ?? undefined,
        runIds: body.dag_run_ids ?? undefined,
        taskIds: body.task_ids ?? undefined,
        states: body.state ?? undefined,
        pools: body.pool ?? undefined,
        queues: body.queue ?? undefined,
        nothing: body.executor != null,
      };
      const ordering = readOrderBy([body.order_by ?? "id"], TASK_INSTANCE_ORDER);
      const { rows, total } = await listTaskInstances(
        server.actions.database,
        scope(),
        filter,
        ordering,
        pageOf({ limit: body.page_limit, offset: body.page_offset }),
      );
      return taskInstancePage(server, rows, total);
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/listMapped",
    operationId: "get_mapped_task_instances",
    summary: "The mapped instances of a task",
    action: "task_instance.list",
    params: instancePath,
    query: instanceFilters,
    async handle({ server, params, query, scope }) {
      const filter: TaskInstanceFilter = {
        ...filterOf(query),
        dagIds: [params.dag_id],
        runIds: [params.dag_run_id],
        taskIds: [params.task_id],
        isMapped: true,
      };
      const { rows, total } = await listTaskInstances(
        server.actions.database,
        scope(),
        filter,
        readOrderBy(query.order_by, TASK_INSTANCE_ORDER),
        pageOf(query),
      );
      if (total === 0 && !(await isMappedTask(server, params.dag_id, params.task_id))) {
        const said = `Task id ${params.task_id} is not mapped`;
        throw objectUnknown("mapped task", params.task_id, { airflow: { v2: said } });
      }
      return taskInstancePage(server, rows, total);
    },
  }),
];
