import { setTimeout as delay } from "node:timers/promises";
import { isTerminalRunState, NOT_MAPPED, refuse, RETURN_VALUE_KEY } from "@windlass/contract";
import { readXCom } from "@windlass/core/actions";
import { findRun, listAssetEvents, listRuns, type RunFilter, type RunRow, type RunSort } from "@windlass/core/queries";
import { type Answer, ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { runUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import {
  choice,
  integer,
  list,
  literal,
  moment,
  nullable,
  number,
  optional,
  record,
  text,
  withDefault,
} from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { requireAction } from "../../require-action.ts";
import { assetEventView } from "./asset-view.ts";
import { MOST_COUNTED, readCursor, writeCursor } from "./cursor.ts";
import { dagOf, runStatesOf } from "./dags.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";
import { bodyMomentBounds, momentBounds, numberBounds, rangeOf } from "./ranges.ts";
import { runView } from "./run-view.ts";

const ORDER: Readonly<Record<string, RunSort>> = {
  id: "id",
  state: "state",
  dag_id: "dagId",
  run_id: "runId",
  dag_run_id: "runId",
  logical_date: "logicalDate",
  run_after: "runAfter",
  start_date: "startDate",
  end_date: "endDate",
  updated_at: "updatedAt",
  conf: "conf",
  duration: "duration",
  run_type: "runType",
};

// Of a run that took more events, the oldest are told.
const MOST_EVENTS = 10_000;

const RUN_TYPES = [
  "backfill",
  "scheduled",
  "manual",
  "operator_triggered",
  "asset_triggered",
  "asset_materialization",
] as const;

const runFilters = {
  cursor: optional(text()),
  ...pagingFields,
  ...momentBounds("run_after"),
  ...momentBounds("logical_date"),
  ...momentBounds("start_date"),
  ...momentBounds("end_date"),
  ...momentBounds("updated_at"),
  ...numberBounds("duration"),
  conf_contains: optional(text()),
  run_type: optional(list(text())),
  state: optional(list(text())),
  dag_version: optional(list(integer())),
  bundle_version: optional(text()),
  run_id_pattern: optional(text()),
  run_id_prefix_pattern: optional(text()),
  triggering_user_name_pattern: optional(text()),
  triggering_user_name_prefix_pattern: optional(text()),
  dag_id_pattern: optional(text()),
  dag_id_prefix_pattern: optional(text()),
  partition_key_pattern: optional(text()),
  partition_key_prefix_pattern: optional(text()),
  partition_date_gte: optional(moment("utc")),
  partition_date_lte: optional(moment("utc")),
  consuming_asset_pattern: optional(text()),
  order_by: orderField("id"),
} as const;

const batchBody = record({
  order_by: optional(nullable(text())),
  page_offset: withDefault(integer({ minimum: 0 }), 0),
  page_limit: withDefault(integer({ minimum: 0 }), 100),
  dag_ids: optional(nullable(list(text()))),
  states: optional(nullable(list(nullable(choice(["queued", "running", "success", "failed"]))))),
  ...bodyMomentBounds("run_after"),
  ...bodyMomentBounds("logical_date"),
  ...bodyMomentBounds("start_date"),
  ...bodyMomentBounds("end_date"),
  ...numberBounds("duration"),
  conf_contains: optional(nullable(text())),
});

function ranges(values: object): RunFilter {
  return {
    runAfter: rangeOf(values, "run_after"),
    logicalDate: rangeOf(values, "logical_date"),
    startDate: rangeOf(values, "start_date"),
    endDate: rangeOf(values, "end_date"),
    updatedAt: rangeOf(values, "updated_at"),
    durationSeconds: rangeOf(values, "duration"),
  };
}

function runTypesOf(given: readonly string[] | undefined): readonly string[] | undefined {
  const unknown = given?.find((type) => !(RUN_TYPES as readonly string[]).includes(type));
  if (unknown === undefined) return given;
  throw refuse(
    "request.field_wrong",
    { part: "query", name: "run_type", problem: `${unknown} is no type of run`, expected: RUN_TYPES.join(", ") },
    {
      pointer: "query/run_type",
      actual: unknown,
      expected: RUN_TYPES,
      airflow: { v2: `Invalid value for run type. Valid values are ${RUN_TYPES.join(", ")}` },
    },
  );
}

/** The run of a path. @throws RefusalError */
export async function runOf(
  call: Pick<Call<unknown, unknown, unknown>, "server">,
  dagId: string,
  runId: string,
): Promise<RunRow> {
  const run = await findRun(call.server.actions.database, dagId, runId);
  if (run === undefined)
    throw runUnknown(dagId, runId, {
      v2: `The DagRun with dag_id: \`${dagId}\` and run_id: \`${runId}\` was not found`,
    });
  return run;
}

function page(rows: readonly RunRow[], total: number): Answer {
  return ok({
    dag_runs: rows.map(runView),
    total_entries: total,
    next_cursor: null,
    previous_cursor: null,
    total_entries_limit: null,
  });
}

async function* waitedLines(
  call: Pick<Call<unknown, unknown, unknown>, "server" | "signal">,
  first: RunRow,
  intervalSeconds: number,
  results: readonly string[],
): AsyncGenerator<string> {
  let run: RunRow | undefined = first;
  while (run !== undefined && !call.signal.aborted) {
    if (isTerminalRunState(run.state)) {
      const found: Record<string, unknown> = {};
      for (const taskId of results) {
        found[taskId] =
          (
            await readXCom(call.server.actions, {
              dagId: run.dagId,
              runId: run.runId,
              taskId,
              mapIndex: NOT_MAPPED,
              key: RETURN_VALUE_KEY,
            })
          )?.value ?? null;
      }
      yield `${JSON.stringify({ state: run.state, ...(results.length > 0 ? { results: found } : {}) })}\n`;
      return;
    }
    yield `${JSON.stringify({ state: run.state })}\n`;
    await delay(intervalSeconds * 1000, undefined, { signal: call.signal }).catch(() => undefined);
    run = await findRun(call.server.actions.database, run.dagId, run.runId);
  }
}

/** Reading runs. */
export const runOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns",
    operationId: "get_dag_runs",
    summary: "Runs of a Dag, or of all readable Dags with ~",
    action: "dag_run.list_all",
    params: { dag_id: text() },
    query: runFilters,
    async handle(call) {
      const { server, query, params, scope } = call;
      if (params.dag_id !== "~") {
        requireAction(call, "dag_run.list", params.dag_id);
        await dagOf(call, params.dag_id);
      }
      const nothing = query.bundle_version !== undefined;
      const filter: RunFilter = {
        ...ranges(query),
        dagIds: params.dag_id === "~" ? undefined : [params.dag_id],
        dagIdPattern: query.dag_id_pattern,
        dagIdPrefix: query.dag_id_prefix_pattern,
        runIdPattern: query.run_id_pattern,
        runIdPrefix: query.run_id_prefix_pattern,
        states: runStatesOf(query.state),
        runTypes: runTypesOf(query.run_type),
        partitionKeyPattern: query.partition_key_pattern,
        partitionKeyPrefix: query.partition_key_prefix_pattern,
        partitionDate: { gte: query.partition_date_gte, lte: query.partition_date_lte },
        consumedAsset: query.consuming_asset_pattern,
        triggeringUserPattern: query.triggering_user_name_pattern,
        triggeringUserPrefix: query.triggering_user_name_prefix_pattern,
        confContains: query.conf_contains,
        versionNumbers: query.dag_version,
        nothing,
      };
      const ordering = readOrderBy(query.order_by, ORDER);
      const { limit, offset } = pageOf(query);
      if (query.cursor === undefined) {
        const { rows, total } = await listRuns(server.actions.database, scope(), filter, ordering, { limit, offset });
        return page(rows, total);
      }
      const from = readCursor(query.cursor);
      const { rows, total } = await listRuns(server.actions.database, scope(), filter, ordering, {
        limit: limit + 1,
        offset: from,
      });
      return ok({
        dag_runs: rows.slice(0, limit).map(runView),
        total_entries: Math.min(total, MOST_COUNTED),
        next_cursor: rows.length > limit ? writeCursor(from + limit) : null,
        previous_cursor: from > 0 ? writeCursor(Math.max(from - limit, 0)) : null,
        total_entries_limit: MOST_COUNTED,
      });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}",
    operationId: "get_dag_run",
    summary: "One run",
    action: "dag_run.read",
    params: { dag_id: text(), dag_run_id: text() },
    handle: async (call) => ok(runView(await runOf(call, call.params.dag_id, call.params.dag_run_id))),
  }),
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/dags/{dag_id}/dagRuns/list",
    operationId: "get_list_dag_runs_batch",
    summary: "Runs of many Dags, picked by a body",
    action: "dag_run.list_all",
    params: { dag_id: literal("~") },
    body: batchBody,
    async handle({ server, body, scope }) {
      const filter: RunFilter = {
        ...ranges(body),
        dagIds: body.dag_ids ?? undefined,
        states: body.states ?? undefined,
        confContains: body.conf_contains ?? undefined,
      };
      const ordering = readOrderBy([body.order_by ?? "id"], ORDER);
      const { rows, total } = await listRuns(
        server.actions.database,
        scope(),
        filter,
        ordering,
        pageOf({ limit: body.page_limit, offset: body.page_offset }),
      );
      return page(rows, total);
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/upstreamAssetEvents",
    operationId: "get_upstream_asset_events",
    summary: "Asset events that the run took",
    action: "asset_event.list_of_run",
    params: { dag_id: text(), dag_run_id: text() },
    async handle(call) {
      const { server, params, scope } = call;
      await runOf(call, params.dag_id, params.dag_run_id);
      const takenBy = { dagId: params.dag_id, runId: params.dag_run_id };
      const all = { limit: MOST_EVENTS, offset: 0 };
      const oldest = [{ by: "timestamp", descending: false }] as const;
      const { rows, total } = await listAssetEvents(server.actions.database, scope(), { takenBy }, oldest, all);
      return ok({ asset_events: rows.map(assetEventView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/wait",
    operationId: "wait_dag_run_until_finished",
    summary: "Lines of JSON with the run's state, until it has ended; the last with the results asked for",
    action: "dag_run.read",
    params: { dag_id: text(), dag_run_id: text() },
    query: { interval: number({ above: 0 }), result: optional(list(text())) },
    produces: ["application/x-ndjson"],
    async handle(call) {
      const { params, query } = call;
      const run = await runOf(call, params.dag_id, params.dag_run_id);
      const mayReadResults = query.result === undefined || call.may("xcom.read", params.dag_id);
      return {
        status: 200,
        type: null,
        stream: waitedLines(call, run, query.interval, mayReadResults ? (query.result ?? []) : []),
      };
    },
  }),
];
