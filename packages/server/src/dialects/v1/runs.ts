import { findRun, listAssetEvents, listRuns, type RunFilter, type RunRow, type RunSort } from "@windlass/core/queries";
import { type Answer, ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { runUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { integer, list, optional, record, text, withDefault } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { datasetEventView } from "./dataset-view.ts";
import { orderField, orderOf, pageOf, pagingFields, returnFields } from "./paging.ts";
import { momentBounds, rangeOf } from "./ranges.ts";
import { cutTo } from "./return-fields.ts";
import { runView } from "./run-view.ts";

// Of a run that took more, the oldest are told.
const MOST_EVENTS = 10_000;

const ORDER: Readonly<Record<string, RunSort>> = {
  id: "id",
  state: "state",
  dag_id: "dagId",
  dag_run_id: "runId",
  execution_date: "logicalDate",
  start_date: "startDate",
  end_date: "endDate",
  updated_at: "updatedAt",
  run_type: "runType",
};

const runFilters = {
  ...pagingFields,
  ...momentBounds("execution_date"),
  ...momentBounds("start_date"),
  ...momentBounds("end_date"),
  ...momentBounds("updated_at"),
  state: optional(list(text())),
  order_by: orderField,
  fields: returnFields,
} as const;

const batchBody = record({
  order_by: optional(text()),
  page_offset: withDefault(integer({ minimum: 0 }), 0),
  page_limit: withDefault(integer({ minimum: 1 }), 100),
  dag_ids: optional(list(text())),
  states: optional(list(text())),
  ...momentBounds("execution_date"),
  ...momentBounds("start_date"),
  ...momentBounds("end_date"),
});

function ranges(values: object): RunFilter {
  return {
    logicalDate: rangeOf(values, "execution_date"),
    startDate: rangeOf(values, "start_date"),
    endDate: rangeOf(values, "end_date"),
    updatedAt: rangeOf(values, "updated_at"),
  };
}

/** The run of a path. @throws RefusalError in the words of `GET /dags/{dag_id}/dagRuns/{dag_run_id}` */
export async function runOf(
  call: Pick<Call<unknown, unknown, unknown>, "server">,
  dagId: string,
  runId: string,
): Promise<RunRow> {
  const run = await findRun(call.server.actions.database, dagId, runId);
  if (run !== undefined) return run;
  throw runUnknown(dagId, runId, {
    v1: { title: "DAGRun not found", detail: `DAGRun with DAG ID: '${dagId}' and DagRun ID: '${runId}' not found` },
  });
}

type ListQuery = Call<
  unknown,
  {
    readonly [Name in keyof typeof runFilters]: (typeof runFilters)[Name] extends { readonly value?: infer V }
      ? V
      : never;
  },
  unknown
>;

async function answerList({ server, query, scope }: ListQuery, dagIds: readonly string[] | undefined): Promise<Answer> {
  const filter: RunFilter = { ...ranges(query), dagIds, states: query.state };
  const ordering = readOrderBy(orderOf(query.order_by, "id"), ORDER);
  const { rows, total } = await listRuns(server.actions.database, scope(), filter, ordering, pageOf(query));
  return ok({ dag_runs: rows.map(runView).map(cutTo(query.fields, "DAGRunSchema")), total_entries: total });
}

/** Reading runs. */
export const runOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dags/~/dagRuns",
    operationId: "get_dag_runs_of_all",
    summary: "Runs of all readable Dags",
    action: "dag_run.list_all",
    query: runFilters,
    handle: (call) => answerList(call, undefined),
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dags/{dag_id}/dagRuns",
    operationId: "get_dag_runs",
    summary: "Runs of a Dag",
    action: "dag_run.list",
    params: { dag_id: text() },
    query: runFilters,
    handle: (call) => answerList(call, [call.params.dag_id]),
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dags/{dag_id}/dagRuns/{dag_run_id}",
    operationId: "get_dag_run",
    summary: "One run",
    action: "dag_run.read",
    params: { dag_id: text(), dag_run_id: text() },
    query: { fields: returnFields },
    handle: async (call) =>
      ok(
        cutTo(
          call.query.fields,
          "DAGRunSchema",
        )(runView(await runOf(call, call.params.dag_id, call.params.dag_run_id))),
      ),
  }),
  defineOperation({
    dialect: "v1",
    method: "POST",
    path: "/api/v1/dags/~/dagRuns/list",
    operationId: "get_dag_runs_batch",
    summary: "Runs of many Dags, picked by a body",
    action: "dag_run.list_all",
    body: batchBody,
    async handle({ server, body, scope }) {
      const filter: RunFilter = { ...ranges(body), dagIds: body.dag_ids, states: body.states };
      const ordering = readOrderBy(orderOf(body.order_by, "id"), ORDER);
      const paging = pageOf({ limit: body.page_limit, offset: body.page_offset });
      const { rows, total } = await listRuns(server.actions.database, scope(), filter, ordering, paging);
      return ok({ dag_runs: rows.map(runView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dags/{dag_id}/dagRuns/{dag_run_id}/upstreamDatasetEvents",
    operationId: "get_upstream_dataset_events",
    summary: "Dataset events that the run took",
    action: "asset_event.list_of_run",
    params: { dag_id: text(), dag_run_id: text() },
    async handle(call) {
      const { server, params, scope } = call;
      await runOf(call, params.dag_id, params.dag_run_id);
      const takenBy = { dagId: params.dag_id, runId: params.dag_run_id };
      const all = { limit: MOST_EVENTS, offset: 0 };
      const oldest = [{ by: "timestamp", descending: false }] as const;
      const { rows, total } = await listAssetEvents(server.actions.database, scope(), { takenBy }, oldest, all);
      return ok({ dataset_events: rows.map(datasetEventView), total_entries: total });
    },
  }),
];
