import { createAssetEvent, materializers, triggerRun } from "@windlass/core/actions";
import { findAlias, findAsset, listAliases, listAssetEvents, listAssets } from "@windlass/core/queries";
import { invariant } from "@windlass/contract";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import {
  dictionary,
  flag,
  integer,
  list,
  moment,
  nullable,
  optional,
  record,
  text,
  withDefault,
} from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { aliasView, assetEventView, assetView } from "./asset-view.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";
import { momentBounds, rangeOf } from "./ranges.ts";
import { triggeredRunView } from "./run-view.ts";
import { partitionVerdicts } from "./trigger-verdicts.ts";

const ASSET_ORDER = { id: "id", name: "name", uri: "uri", created_at: "createdAt", updated_at: "updatedAt" } as const;
const EVENT_ORDER = {
  timestamp: "timestamp",
  source_task_id: "taskId",
  source_dag_id: "dagId",
  source_run_id: "runId",
  source_map_index: "mapIndex",
} as const;
const assetPath = { asset_id: integer() } as const;

/** Ids of Dags; as on Airflow a single one may be several with commas between. */
function dagIdsOf(given: readonly string[] | undefined): readonly string[] | undefined {
  return given?.length === 1 ? given[0]?.split(",") : given;
}

/** Assets, their aliases and events. */
export const assetOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/assets",
    operationId: "get_assets",
    summary: "Assets, with who writes and who waits for them",
    action: "asset.list_with_aliases",
    query: {
      ...pagingFields,
      order_by: orderField("id"),
      name_pattern: optional(text()),
      name_prefix_pattern: optional(text()),
      uri_pattern: optional(text()),
      uri_prefix_pattern: optional(text()),
      dag_ids: optional(list(text())),
      only_active: withDefault(flag(), true),
    },
    async handle({ server, query, scope }) {
      const filter = {
        namePattern: query.name_pattern,
        namePrefix: query.name_prefix_pattern,
        uriPattern: query.uri_pattern,
        uriPrefix: query.uri_prefix_pattern,
        dagIds: dagIdsOf(query.dag_ids),
        onlyActive: query.only_active,
      };
      const ordering = readOrderBy(query.order_by, ASSET_ORDER);
      const { rows, total } = await listAssets(server.actions.database, scope(), filter, ordering, pageOf(query));
      return ok({ assets: rows.map(assetView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/assets/aliases",
    operationId: "get_asset_aliases",
    summary: "Asset aliases",
    action: "asset_alias.list",
    query: {
      ...pagingFields,
      order_by: orderField("id"),
      name_pattern: optional(text()),
      name_prefix_pattern: optional(text()),
    },
    async handle({ server, query }) {
      const ordering = readOrderBy(query.order_by, { id: "id", name: "name" } as const);
      const filter = { namePattern: query.name_pattern, namePrefix: query.name_prefix_pattern };
      const { rows, total } = await listAliases(server.actions.database, filter, ordering, pageOf(query));
      return ok({ asset_aliases: rows.map(aliasView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/assets/aliases/{asset_alias_id}",
    operationId: "get_asset_alias",
    summary: "One asset alias",
    action: "asset_alias.read",
    params: { asset_alias_id: integer() },
    async handle({ server, params }) {
      const alias = await findAlias(server.actions.database, params.asset_alias_id);
      if (alias !== undefined) return ok(aliasView(alias));
      const id = String(params.asset_alias_id);
      throw objectUnknown("asset alias", id, { airflow: { v2: `The Asset Alias with ID: \`${id}\` was not found` } });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/assets/events",
    operationId: "get_asset_events",
    summary: "Asset events, with the runs that took them",
    action: "asset_event.list",
    query: {
      ...pagingFields,
      order_by: orderField("timestamp"),
      asset_id: optional(integer()),
      source_dag_id: optional(text()),
      source_task_id: optional(text()),
      source_run_id: optional(text()),
      source_map_index: optional(integer()),
      name_pattern: optional(text()),
      name_prefix_pattern: optional(text()),
      ...momentBounds("timestamp"),
    },
    async handle({ server, query, scope }) {
      const filter = {
        assetId: query.asset_id,
        sourceDagId: query.source_dag_id,
        sourceTaskId: query.source_task_id,
        sourceRunId: query.source_run_id,
        sourceMapIndex: query.source_map_index,
        namePattern: query.name_pattern,
        namePrefix: query.name_prefix_pattern,
        timestamp: rangeOf<string>(query, "timestamp") as ReturnType<typeof rangeOf<never>>,
      };
      const ordering = readOrderBy(query.order_by, EVENT_ORDER);
      const { rows, total } = await listAssetEvents(server.actions.database, scope(), filter, ordering, pageOf(query));
      return ok({ asset_events: rows.map(assetEventView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/assets/events",
    operationId: "create_asset_event",
    summary: "Makes an event of an asset; whoever waits for it runs",
    action: "asset.create_event",
    body: record({
      asset_id: integer(),
      partition_key: optional(nullable(text({ maxLength: 250, pattern: "\\S" }))),
      extra: withDefault(dictionary(), {}),
      access_control: optional(
        nullable(record({ consumer_teams: optional(nullable(list(text()))), allow_global: withDefault(flag(), true) })),
      ),
    }),
    async handle({ server, body, perform, scope }) {
      const { result, warnings, replayed } = await perform(createAssetEvent, {
        asset: { id: body.asset_id },
        extra: body.extra,
        partitionKey: body.partition_key,
      });
      const filter = { eventIds: [result.id] };
      const { rows } = await listAssetEvents(server.actions.database, scope(), filter, [], { limit: 1, offset: 0 });
      const [event] = rows;
      invariant(event, "an event just made is gone");
      return ok(assetEventView(event), { warnings, replayed });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/assets/{asset_id}/materialize",
    operationId: "materialize_asset",
    summary: "Makes a run of the Dag that writes the asset",
    action: "asset.materialize",
    params: assetPath,
    body: record({
      dag_run_id: optional(nullable(text())),
      data_interval_start: optional(nullable(moment("required"))),
      data_interval_end: optional(nullable(moment("required"))),
      logical_date: optional(nullable(moment("required"))),
      run_after: optional(nullable(moment("utc"))),
      conf: optional(nullable(dictionary())),
      note: optional(nullable(text())),
      partition_key: optional(nullable(text())),
    }),
    bodyOptional: true,
    async handle(call) {
      const { server, params, body } = call;
      const { dagId, verdicts } = await materializers(server.actions, params.asset_id);
      call.judgeAll(["asset.materialize"], verdicts);
      invariant(dagId !== undefined, "an asset with one producer");
      const { result, warnings } = await call.perform(
        triggerRun,
        {
          dagId,
          dagRunId: body.dag_run_id,
          logicalDate: body.logical_date ?? null,
          dataIntervalStart: body.data_interval_start,
          dataIntervalEnd: body.data_interval_end,
          runAfter: body.run_after,
          conf: body.conf,
          note: body.note,
          partitionKey: body.partition_key,
          materializes: true,
        },
        await partitionVerdicts(call, dagId, body.partition_key),
      );
      return ok(triggeredRunView(result, !warnings.some(({ code }) => code === "date_before_start")), { warnings });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/assets/{asset_id}",
    operationId: "get_asset",
    summary: "One asset, with who writes and who waits for it",
    action: "asset.read_with_aliases",
    params: assetPath,
    async handle({ server, params, scope }) {
      const asset = await findAsset(server.actions.database, scope(), params.asset_id);
      if (asset !== undefined) return ok(assetView(asset));
      const id = String(params.asset_id);
      throw objectUnknown("asset", id, { airflow: { v2: `The Asset with ID: \`${id}\` was not found` } });
    },
  }),
];
