import { actionEntry, refuse, TASK_INSTANCE_STATES } from "@windlass/contract";
import {
  findDefinition,
  listTaskInstances,
  taskOf,
  type TaskInstanceFilter,
  type TaskInstanceSort,
} from "@windlass/core/queries";
import { type Answer, ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { dagUnknown, objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { choice, integer, list, nullable, optional, record, text, withDefault } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import type { Server } from "../../server.ts";
import { displayNamesOf } from "../display-names.ts";
import { titleOnly } from "./airflow-words.ts";
import { orderField, orderOf, pageOf, pagingFields } from "./paging.ts";
import { pythonText } from "./python-text.ts";
import { momentBounds, numberBounds, rangeOf } from "./ranges.ts";
import { taskInstanceView } from "./task-instance-view.ts";
import { instancePath } from "./task-instances.ts";

const MAPPED_ORDER: Readonly<Record<string, TaskInstanceSort>> = {
  state: "state",
  duration: "duration",
  start_date: "startDate",
  end_date: "endDate",
};
const BATCH_ORDER: Readonly<Record<string, TaskInstanceSort>> = {
  ...MAPPED_ORDER,
  task_id: "taskId",
  map_index: "mapIndex",
  execution_date: "logicalDate",
};

const filters = {
  ...pagingFields,
  ...momentBounds("execution_date"),
  ...momentBounds("start_date"),
  ...momentBounds("end_date"),
  ...momentBounds("updated_at"),
  ...numberBounds("duration"),
  state: optional(list(text())),
  pool: optional(list(text())),
  queue: optional(list(text())),
  executor: optional(list(text())),
} as const;

const batchBody = record({
  dag_ids: optional(list(text())),
  dag_run_ids: optional(list(text())),
  task_ids: optional(list(text())),
  ...momentBounds("execution_date"),
  ...momentBounds("start_date"),
  ...momentBounds("end_date"),
  ...numberBounds("duration"),
  state: optional(list(nullable(choice([...TASK_INSTANCE_STATES, "none"])))),
  pool: optional(list(text())),
  queue: optional(list(text())),
  executor: optional(list(text())),
  page_offset: withDefault(integer({ minimum: 0 }), 0),
  page_limit: withDefault(integer({ minimum: 1 }), 100),
  order_by: optional(text()),
});

interface ReadFilters {
  readonly state?: readonly (string | null)[] | undefined;
  readonly pool?: readonly string[] | undefined;
  readonly queue?: readonly string[] | undefined;
  readonly executor?: readonly string[] | undefined;
}

function filterOf(values: ReadFilters): TaskInstanceFilter {
  return {
    states: values.state,
    pools: values.pool,
    queues: values.queue,
    nothing: values.executor !== undefined,
    logicalDate: rangeOf(values, "execution_date"),
    startDate: rangeOf(values, "start_date"),
    endDate: rangeOf(values, "end_date"),
    updatedAt: rangeOf(values, "updated_at"),
    durationSeconds: rangeOf(values, "duration"),
  };
}

function named(id: string): readonly string[] | undefined {
  return id === "~" ? undefined : [id];
}

async function page(server: Server, found: Awaited<ReturnType<typeof listTaskInstances>>): Promise<Answer> {
  const nameOf = await displayNamesOf(server, found.rows);
  return ok({
    task_instances: found.rows.map((row) => taskInstanceView(row, nameOf(row))),
    total_entries: found.total,
  });
}

type ListQuery = ReadFilters & { readonly limit: number; readonly offset: number };

async function answerList({
  server,
  params,
  query,
  scope,
}: Call<{ dag_id?: string; dag_run_id: string }, ListQuery, unknown>): Promise<Answer> {
  const filter = { ...filterOf(query), dagIds: named(params.dag_id ?? "~"), runIds: named(params.dag_run_id) };
  return page(server, await listTaskInstances(server.actions.database, scope(), filter, [], pageOf(query)));
}

/** Batches are not narrowed in silence: who asks for a Dag that is not readable is refused. @throws RefusalError */
function refuseUnreadable({
  scope,
  principal,
  body,
}: Call<unknown, unknown, { dag_ids?: readonly string[] | undefined }>): void {
  const readable = scope();
  const asked = body.dag_ids ?? [];
  if (readable.all || asked.every((dagId) => readable.dagIds.has(dagId))) return;
  const barred = asked.filter((dagId) => !readable.dagIds.has(dagId));
  const { does } = actionEntry("task_instance.list");
  throw refuse(
    "permission.missing",
    {
      name: principal.name,
      does,
      subject: ` ${barred.join(", ")}`,
      missing: barred.map((dagId) => `can_read on DAG:${dagId}`).join(", "),
      roles: "Viewer, User, Op, Admin",
    },
    {
      pointer: "/dag_ids",
      missing: barred.map((dagId) => `can_read on DAG:${dagId}`),
      airflow: {
        v1: { title: "Forbidden", detail: `User not allowed to access some of these DAGs: ${pythonText(asked)}` },
      },
    },
  );
}

/** Reading many task instances. */
export const taskInstanceListOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dags/~/dagRuns/{dag_run_id}/taskInstances",
    operationId: "get_task_instances_of_all",
    summary: "Task instances of all readable Dags",
    action: "task_instance.list_all",
    params: { dag_run_id: text() },
    query: filters,
    handle: answerList,
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances",
    operationId: "get_task_instances",
    summary: "Task instances of a run; ~ stands for all runs",
    action: "task_instance.list",
    params: { dag_id: text(), dag_run_id: text() },
    query: filters,
    handle: answerList,
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/listMapped",
    operationId: "get_mapped_task_instances",
    summary: "Instances of a mapped task",
    action: "task_instance.list",
    params: instancePath,
    query: { ...filters, order_by: orderField },
    async handle(call) {
      const { server, params, query, scope } = call;
      const version = await findDefinition(server.actions.database, params.dag_id);
      if (version === undefined)
        throw await dagUnknown(call, params.dag_id, { v1: titleOnly(`DAG ${params.dag_id} not found`) });
      const task = taskOf(version, params.task_id);
      if (task === undefined)
        throw objectUnknown("task", params.task_id, {
          airflow: { v1: titleOnly(`Task id ${params.task_id} not found`) },
        });
      if (task.expand === null)
        throw objectUnknown("mapped task", params.task_id, {
          airflow: { v1: titleOnly(`Task id ${params.task_id} is not mapped`) },
        });
      const filter = {
        ...filterOf(query),
        dagIds: [params.dag_id],
        runIds: [params.dag_run_id],
        taskIds: [params.task_id],
      };
      // Of `map_index` Airflow 2 takes only the descending form, since ascending is the order anyway.
      const ordering =
        query.order_by === undefined || query.order_by === "-map_index"
          ? ([{ by: "mapIndex", descending: query.order_by !== undefined }] as const)
          : readOrderBy([query.order_by], MAPPED_ORDER);
      return page(server, await listTaskInstances(server.actions.database, scope(), filter, ordering, pageOf(query)));
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "POST",
    path: "/api/v1/dags/~/dagRuns/~/taskInstances/list",
    operationId: "get_task_instances_batch",
    summary: "Task instances of many Dags and runs, picked by a body",
    action: "task_instance.list_all",
    body: batchBody,
    async handle(call) {
      const { server, body, scope } = call;
      refuseUnreadable(call);
      const filter = { ...filterOf(body), dagIds: body.dag_ids, runIds: body.dag_run_ids, taskIds: body.task_ids };
      const ordering = body.order_by === undefined ? [] : readOrderBy(orderOf(body.order_by, ""), BATCH_ORDER);
      const paging = pageOf({ limit: body.page_limit, offset: body.page_offset });
      return page(server, await listTaskInstances(server.actions.database, scope(), filter, ordering, paging));
    },
  }),
];
