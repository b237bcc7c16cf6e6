import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { flag, integer, list, optional, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { orderField, pagingFields } from "./paging.ts";
import { momentBounds } from "./ranges.ts";

const ASSET_ORDER = { id: "id", name: "name", uri: "uri", created_at: "createdAt", updated_at: "updatedAt" } as const;
const EVENT_ORDER = {
  timestamp: "timestamp",
  source_task_id: "taskId",
  source_dag_id: "dagId",
  source_run_id: "runId",
  source_map_index: "mapIndex",
} as const;

/** Assets: none yet, since the engine makes no runs by assets. */
export const assetOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/assets",
    operationId: "get_assets",
    summary: "Assets: none yet",
    action: "asset.list",
    query: {
      ...pagingFields,
      order_by: orderField("id"),
      name_pattern: optional(text()),
      uri_pattern: optional(text()),
      dag_ids: optional(list(text())),
      only_active: optional(flag()),
    },
    async handle({ query }) {
      readOrderBy(query.order_by, ASSET_ORDER);
      return ok({ assets: [], total_entries: 0 });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/assets/aliases",
    operationId: "get_asset_aliases",
    summary: "Asset aliases: none yet",
    action: "asset.list",
    query: { ...pagingFields, order_by: orderField("id"), name_pattern: optional(text()) },
    async handle({ query }) {
      readOrderBy(query.order_by, { id: "id", name: "name" } as const);
      return ok({ asset_aliases: [], total_entries: 0 });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/assets/events",
    operationId: "get_asset_events",
    summary: "Asset events: none yet",
    action: "asset.list",
    query: {
      ...pagingFields,
      order_by: orderField("timestamp"),
      asset_id: optional(integer()),
      source_dag_id: optional(text()),
      source_task_id: optional(text()),
      source_run_id: optional(text()),
      source_map_index: optional(integer()),
      ...momentBounds("timestamp"),
    },
    async handle({ query }) {
      readOrderBy(query.order_by, EVENT_ORDER);
      return ok({ asset_events: [], total_entries: 0 });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/assets/{asset_id}",
    operationId: "get_asset",
    summary: "One asset: none yet",
    action: "asset.read",
    params: { asset_id: integer() },
    async handle({ params }) {
      const id = String(params.asset_id);
      throw objectUnknown("asset", id, { airflow: { v2: `The Asset with ID: \`${id}\` was not found` } });
    },
  }),
];
