import { invariant } from "@windlass/contract";
import { createAssetEvent } from "@windlass/core/actions";
import { findAssetByUri, listAssetEvents, listAssets } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { dictionary, integer, nullable, optional, record, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { datasetEventView, datasetView } from "./dataset-view.ts";
import { orderField, orderOf, pageOf, pagingFields } from "./paging.ts";

const DATASET_ORDER = { id: "id", uri: "uri", created_at: "createdAt", updated_at: "updatedAt" } as const;
const EVENT_ORDER = {
  timestamp: "timestamp",
  source_dag_id: "dagId",
  source_task_id: "taskId",
  source_run_id: "runId",
  source_map_index: "mapIndex",
} as const;

/** Datasets: assets under the name that Airflow 2 has for them. */
export const datasetOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/datasets",
    operationId: "get_datasets",
    summary: "Datasets, with who writes and who waits for them",
    action: "asset.list",
    query: { ...pagingFields, order_by: orderField, uri_pattern: optional(text()), dag_ids: optional(text()) },
    async handle({ server, query, scope }) {
      const { database } = server.actions;
      const ordering = readOrderBy(orderOf(query.order_by, "id"), DATASET_ORDER);
      const filter = { uriPattern: query.uri_pattern, dagIds: query.dag_ids?.split(","), onlyActive: true };
      const { rows } = await listAssets(database, scope(), filter, ordering, pageOf(query));
      // As on Airflow 2 the total counts all, whatever the filter.
      const { total } = await listAssets(database, scope(), { onlyActive: true }, [], { limit: 0, offset: 0 });
      return ok({ datasets: rows.map(datasetView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/datasets/events",
    operationId: "get_dataset_events",
    summary: "Dataset events, with the runs that took them",
    action: "asset_event.list",
    query: {
      ...pagingFields,
      order_by: orderField,
      dataset_id: optional(integer()),
      source_dag_id: optional(text()),
      source_task_id: optional(text()),
      source_run_id: optional(text()),
      source_map_index: optional(integer()),
    },
    async handle({ server, query, scope }) {
      const filter = {
        assetId: query.dataset_id,
        sourceDagId: query.source_dag_id,
        sourceTaskId: query.source_task_id,
        sourceRunId: query.source_run_id,
        sourceMapIndex: query.source_map_index,
      };
      const ordering = readOrderBy(orderOf(query.order_by, "timestamp"), EVENT_ORDER);
      const { rows, total } = await listAssetEvents(server.actions.database, scope(), filter, ordering, pageOf(query));
      return ok({ dataset_events: rows.map(datasetEventView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "POST",
    path: "/api/v1/datasets/events",
    operationId: "create_dataset_event",
    summary: "Makes an event of a dataset; whoever waits for it runs",
    action: "asset.create_event",
    body: record({ dataset_uri: text(), extra: optional(nullable(dictionary())) }),
    async handle({ server, body, perform, scope }) {
      const input = { asset: { uri: body.dataset_uri }, extra: body.extra };
      const { result, warnings, replayed } = await perform(createAssetEvent, input);
      const filter = { eventIds: [result.id] };
      const { rows } = await listAssetEvents(server.actions.database, scope(), filter, [], { limit: 1, offset: 0 });
      const [event] = rows;
      invariant(event, "an event just made is gone");
      return ok(datasetEventView(event), { warnings, replayed });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/datasets/{uri:path}",
    operationId: "get_dataset",
    summary: "One dataset, with who writes and who waits for it",
    action: "asset.read",
    params: { uri: text() },
    async handle({ server, params, scope }) {
      const asset = await findAssetByUri(server.actions.database, scope(), params.uri);
      if (asset !== undefined) return ok(datasetView(asset));
      const detail = `The Dataset with uri: \`${params.uri}\` was not found`;
      throw objectUnknown("dataset", params.uri, {
        pointer: "path/uri",
        airflow: { v1: { title: "Dataset not found", detail } },
      });
    },
  }),
];
