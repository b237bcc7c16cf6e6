import { refusal, refuse } from "@windlass/contract";
import {
  findTaskInstance,
  listTaskInstances,
  listTries,
  type TaskInstanceFilter,
  type TaskInstanceRow,
  type TaskInstanceSort,
} from "@windlass/core/queries";
import { type Answer, ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { choice, integer, list, literal, nullable, optional, record, text, withDefault } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { requireAction } from "../../require-action.ts";
import type { Server } from "../../server.ts";
import { withStatus } from "../with-status.ts";
import { displayNamesOf } from "../display-names.ts";
import { triesOf } from "../tries.ts";
import { runOf } from "./runs.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";
import { bodyMomentBounds, momentBounds, numberBounds, rangeOf } from "./ranges.ts";
import { taskInstanceView, tryView } from "./task-instance-view.ts";

const ORDER: Readonly<Record<string, TaskInstanceSort>> = {
  id: "id",
  state: "state",
  duration: "duration",
  start_date: "startDate",
  end_date: "endDate",
  map_index: "mapIndex",
  try_number: "tryNumber",
  logical_date: "logicalDate",
  run_after: "runAfter",
  data_interval_start: "logicalDate",
  data_interval_end: "logicalDate",
  rendered_map_index: "mapIndex",
  pool: "pool",
  queue: "queue",
  operator: "operator",
  queued_when: "queuedAt",
  run_id: "runId",
};

// In Airflow's order, which the refusal shows.
const STATES = [
  "removed",
  "scheduled",
  "queued",
  "running",
  "success",
  "restarting",
  "failed",
  "up_for_retry",
  "up_for_reschedule",
  "upstream_failed",
  "skipped",
  "deferred",
  "awaiting_input",
] as const;

const instanceFilters = {
  cursor: optional(text()),
  ...pagingFields,
  task_id: optional(text()),
  ...momentBounds("run_after"),
  ...momentBounds("logical_date"),
  ...momentBounds("start_date"),
  ...momentBounds("end_date"),
  ...momentBounds("updated_at"),
  ...numberBounds("duration"),
  task_display_name_pattern: optional(text()),
  task_display_name_prefix_pattern: optional(text()),
  task_group_id: optional(text()),
  dag_id_pattern: optional(text()),
  dag_id_prefix_pattern: optional(text()),
  run_id_pattern: optional(text()),
  run_id_prefix_pattern: optional(text()),
  state: optional(list(text())),
  pool: optional(list(text())),
  pool_name_pattern: optional(text()),
  pool_name_prefix_pattern: optional(text()),
  queue: optional(list(text())),
  queue_name_pattern: optional(text()),
  queue_name_prefix_pattern: optional(text()),
  executor: optional(list(text())),
  version_number: optional(list(integer())),
  try_number: optional(list(integer())),
  operator: optional(list(text())),
  operator_name_pattern: optional(text()),
  operator_name_prefix_pattern: optional(text()),
  map_index: optional(list(integer())),
  rendered_map_index_pattern: optional(text()),
  order_by: orderField("map_index"),
} as const;

const batchBody = record({
  dag_ids: optional(nullable(list(text()))),
  dag_run_ids: optional(nullable(list(text()))),
  task_ids: optional(nullable(list(text()))),
  state: optional(nullable(list(nullable(choice(STATES))))),
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

function ranges(values: object): TaskInstanceFilter {
  return {
    runAfter: rangeOf(values, "run_after"),
    logicalDate: rangeOf(values, "logical_date"),
    startDate: rangeOf(values, "start_date"),
    endDate: rangeOf(values, "end_date"),
    updatedAt: rangeOf(values, "updated_at"),
    durationSeconds: rangeOf(values, "duration"),
  };
}

/** A page of task instances as v2 shows it. */
export async function taskInstancePage(
  server: Server,
  rows: readonly TaskInstanceRow[],
  total: number,
): Promise<Answer> {
  const nameOf = await displayNamesOf(server, rows);
  return ok({
    task_instances: rows.map((row) => taskInstanceView(row, nameOf(row))),
    total_entries: total,
    next_cursor: null,
    previous_cursor: null,
    total_entries_limit: null,
  });
}

/** The task instance of a path. @param shownIndex the map index as the refusal shows it @throws RefusalError */
export async function taskInstanceOf(
  call: Pick<Call<unknown, unknown, unknown>, "server">,
  {
    dag_id: dagId,
    dag_run_id: runId,
    task_id: taskId,
  }: { readonly dag_id: string; readonly dag_run_id: string; readonly task_id: string },
  mapIndex: number,
): Promise<TaskInstanceRow> {
  const found = await findTaskInstance(call.server.actions.database, dagId, runId, taskId, mapIndex);
  if (found !== undefined) return found;
  throw objectUnknown("task instance", `${taskId} (map index ${String(mapIndex)}) in the run ${runId} of ${dagId}`, {
    airflow: {
      v2: `The Task Instance with dag_id: \`${dagId}\`, run_id: \`${runId}\`, task_id: \`${taskId}\` and map_index: \`${String(mapIndex)}\` was not found`,
    },
  });
}

const instancePath = { dag_id: text(), dag_run_id: text(), task_id: text() } as const;
const mappedPath = { ...instancePath, map_index: integer() } as const;

async function oneInstance(
  call: Pick<Call<unknown, unknown, unknown>, "server">,
  params: { dag_id: string; dag_run_id: string; task_id: string },
  mapIndex: number,
): Promise<Answer> {
  const row = await taskInstanceOf(call, params, mapIndex);
  return ok(taskInstanceView(row, (await displayNamesOf(call.server, [row]))(row)));
}

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
  const found = triesOf(row, await listTries(call.server.actions.database, row.id)).find(
    (each) => each.tryNumber === params.task_try_number,
  );
  if (found !== undefined) return ok(tryView(row, name, found));
  throw objectUnknown("try", `${String(params.task_try_number)} of ${params.task_id}`, {
    airflow: {
      v2: `The Task Instance with dag_id: \`${params.dag_id}\`, run_id: \`${params.dag_run_id}\`, task_id: \`${params.task_id}\`, try_number: \`${String(params.task_try_number)}\` and map_index: \`${String(mapIndex)}\` was not found`,
    },
  });
}

/** Reading task instances. */
export const taskInstanceOperations = [
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
        ...ranges(query),
        dagIds: params.dag_id === "~" ? undefined : [params.dag_id],
        runIds: params.dag_run_id === "~" ? undefined : [params.dag_run_id],
        taskIds: query.task_id === undefined ? undefined : [query.task_id],
        taskIdPattern: query.task_display_name_pattern,
        taskIdPrefix: query.task_display_name_prefix_pattern,
        taskGroupId: query.task_group_id,
        dagIdPattern: query.dag_id_pattern,
        dagIdPrefix: query.dag_id_prefix_pattern,
        runIdPattern: query.run_id_pattern,
        runIdPrefix: query.run_id_prefix_pattern,
        states: statesOf(query.state),
        pools: query.pool,
        poolPattern: query.pool_name_pattern,
        poolPrefix: query.pool_name_prefix_pattern,
        queues: query.queue,
        queuePattern: query.queue_name_pattern,
        queuePrefix: query.queue_name_prefix_pattern,
        operators: query.operator,
        operatorPattern: query.operator_name_pattern,
        operatorPrefix: query.operator_name_prefix_pattern,
        mapIndexes: query.map_index,
        tryNumbers: query.try_number,
        versionNumbers: query.version_number,
        nothing: query.executor !== undefined || query.rendered_map_index_pattern !== undefined,
      };
      const { rows, total } = await listTaskInstances(
        server.actions.database,
        scope(),
        filter,
        readOrderBy(query.order_by, ORDER),
        pageOf(query),
      );
      return taskInstancePage(server, rows, total);
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
        ...ranges(body),
        dagIds: body.dag_ids ?? undefined,
        runIds: body.dag_run_ids ?? undefined,
        taskIds: body.task_ids ?? undefined,
        states: body.state ?? undefined,
        pools: body.pool ?? undefined,
        queues: body.queue ?? undefined,
        nothing: body.executor != null,
      };
      const ordering = readOrderBy([body.order_by ?? "id"], ORDER);
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

/** What stands beside a task instance. */
export const taskInstanceSideOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/links",
    operationId: "get_extra_links",
    summary: "Links that operators add: none",
    action: "task_instance.read",
    params: instancePath,
    query: { map_index: withDefault(integer(), -1) },
    async handle(call) {
      await taskInstanceOf(call, call.params, call.query.map_index);
      return ok({ extra_links: {}, total_entries: 0 });
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
        ...ranges(query),
        dagIds: [params.dag_id],
        runIds: [params.dag_run_id],
        taskIds: [params.task_id],
        states: statesOf(query.state),
        isMapped: true,
      };
      const { rows, total } = await listTaskInstances(
        server.actions.database,
        scope(),
        filter,
        readOrderBy(query.order_by, ORDER),
        pageOf(query),
      );
      if (total === 0) {
        const said = `Task id ${params.task_id} is not mapped`;
        throw objectUnknown("mapped task", params.task_id, { airflow: { v2: said } });
      }
      return taskInstancePage(server, rows, total);
    },
  }),
];

/** States of task instances in a query. @throws RefusalError */
function statesOf(given: readonly string[] | undefined): readonly (string | null)[] | undefined {
  return given?.map((state) => {
    if (state === "none" || state === "no_status" || state === "") return null;
    if ((STATES as readonly string[]).includes(state)) return state;
    throw refuse(
      "request.field_wrong",
      { part: "query", name: "state", problem: `${state} is no state of a task instance`, expected: STATES.join(", ") },
      {
        pointer: "query/state",
        actual: state,
        airflow: { v2: `Invalid value for state. Valid values are ${STATES.join(", ")}` },
      },
    );
  });
}
