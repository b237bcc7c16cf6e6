import type { AssetEventValue } from "@windlass/contract";
import { type AssetValue, findActiveAsset, listAssetsOfAlias, loadInletEvents } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { flag, integer, moment, optional, text, withDefault } from "../../request/field.ts";
import { z } from "../v2/moments.ts";
import { notFound, wrongField } from "./not-found.ts";
import { defineExecution } from "./operation.ts";

function assetView({ name, uri, group, extra }: AssetValue): Record<string, unknown> {
  return { name, uri, group, extra };
}

function eventsView(events: readonly AssetEventValue[]): Record<string, unknown> {
  return {
    asset_events: events.map((event) => ({
      id: event.id,
      timestamp: z(event.timestamp),
      extra: event.extra,
      asset: { name: event.asset.name, uri: event.asset.uri, group: event.asset.group, extra: null },
      created_dagruns: [],
      source_task_id: event.sourceTaskId,
      source_dag_id: event.sourceDagId,
      source_run_id: event.sourceRunId,
      source_map_index: event.sourceMapIndex,
      partition_key: event.partitionKey,
    })),
  };
}

const eventQuery = {
  after: optional(moment("utc")),
  before: optional(moment("utc")),
  ascending: withDefault(flag(), true),
  limit: optional(integer({ minimum: 1 })),
};

interface EventQuery {
  readonly after?: AssetEventValue["timestamp"] | undefined;
  readonly before?: AssetEventValue["timestamp"] | undefined;
  readonly ascending: boolean;
  readonly limit?: number | undefined;
}

function rangeOf({ after, before, ascending, limit }: EventQuery) {
  return { ...(after && { after }), ...(before && { before }), descending: !ascending, ...(limit && { limit }) };
}

/** Assets and their events, as tasks read them. */
export const assetOperations = [
  defineExecution({
    method: "GET",
    path: "/assets/by-name",
    operationId: "get_asset_by_name",
    summary: "The active asset of a name",
    access: "running",
    query: { name: text() },
    async handle({ server, query }) {
      const asset = await findActiveAsset(server.actions.database, { name: query.name });
      if (!asset) throw notFound("asset", query.name, `Asset with name ${query.name} not found`);
      return ok(assetView(asset));
    },
  }),
  defineExecution({
    method: "GET",
    path: "/assets/by-uri",
    operationId: "get_asset_by_uri",
    summary: "The active asset of a URI",
    access: "running",
    query: { uri: text() },
    async handle({ server, query }) {
      const asset = await findActiveAsset(server.actions.database, { uri: query.uri });
      if (!asset) throw notFound("asset", query.uri, `Asset with URI ${query.uri} not found`);
      return ok(assetView(asset));
    },
  }),
  defineExecution({
    method: "GET",
    path: "/assets/by-alias",
    operationId: "get_assets_by_alias",
    summary: "The assets that an alias was filled with",
    access: "running",
    query: { alias_name: text() },
    handle: async ({ server, query }) =>
      ok((await listAssetsOfAlias(server.actions.database, query.alias_name)).map(assetView)),
  }),
  defineExecution({
    method: "GET",
    path: "/asset-events/by-asset",
    operationId: "get_asset_event_by_asset_name_uri",
    summary: "Events of an asset",
    access: "running",
    query: { name: optional(text()), uri: optional(text()), ...eventQuery },
    async handle({ server, query }) {
      const { database } = server.actions;
      const name = query.name || undefined;
      const uri = query.uri || undefined;
      if (name === undefined && uri === undefined)
        throw wrongField("name", "query", "name and uri cannot both be None", "a name or a URI", "Missing parameter");
      const asset =
        name !== undefined && uri !== undefined
          ? { name, uri }
          : await findActiveAsset(database, name === undefined ? { uri: uri ?? "" } : { name });
      if (!asset) return ok(eventsView([]));
      const of = { kind: "asset", name: asset.name, uri: asset.uri } as const;
      return ok(eventsView(await loadInletEvents(database, { of, ...rangeOf(query) })));
    },
  }),
  defineExecution({
    method: "GET",
    path: "/asset-events/by-asset-alias",
    operationId: "get_asset_event_by_asset_alias",
    summary: "Events that came through an alias",
    access: "running",
    query: { name: text(), ...eventQuery },
    async handle({ server, query }) {
      const of = { kind: "alias", name: query.name } as const;
      return ok(eventsView(await loadInletEvents(server.actions.database, { of, ...rangeOf(query) })));
    },
  }),
];
