import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { dictionary, integer, nullable, optional, record, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { orderField, orderOf, pagingFields } from "./paging.ts";

const DATASET_ORDER = { id: "id", uri: "uri", created_at: "createdAt", updated_at: "updatedAt" } as const;
const EVENT_ORDER = {
  timestamp: "timestamp",
  source_dag_id: "dagId",
  source_task_id: "taskId",
  source_run_id: "runId",
} as const;

/** Datasets: none yet, since the engine makes no runs by assets. */
export const datasetOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/datasets",
    operationId: "get_datasets",
    summary: "Datasets: none yet",
    action: "asset.list",
    query: { ...pagingFields, order_by: orderField, uri_pattern: optional(text()), dag_ids: optional(text()) },
    async handle({ query }) {
      readOrderBy(orderOf(query.order_by, "id"), DATASET_ORDER);
      return ok({ datasets: [], total_entries: 0 });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/datasets/events",
    operationId: "get_dataset_events",
    summary: "Dataset events: none yet",
    action: "asset.list",
    query: {
      ...pagingFields,
      order_by: orderField,
      dataset_id: optional(integer()),
      source_dag_id: optional(text()),
      source_task_id: optional(text()),
      source_run_id: optional(text()),
      source_map_index: optional(integer()),
    },
    async handle({ query }) {
      readOrderBy(orderOf(query.order_by, "timestamp"), EVENT_ORDER);
      return ok({ dataset_events: [], total_entries: 0 });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "POST",
    path: "/api/v1/datasets/events",
    operationId: "create_dataset_event",
    summary: "Makes an event of a dataset, of which there are none yet",
    action: "asset.create_event",
    body: record({ dataset_uri: text(), extra: optional(nullable(dictionary())) }),
    async handle({ body }) {
      const detail = `Dataset with uri: '${body.dataset_uri}' not found`;
      throw objectUnknown("dataset", body.dataset_uri, {
        pointer: "/dataset_uri",
        airflow: { v1: { title: "Dataset not found", detail } },
      });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/datasets/{uri:path}",
    operationId: "get_dataset",
    summary: "One dataset: none yet",
    action: "asset.read",
    params: { uri: text() },
    async handle({ params }) {
      const detail = `The Dataset with uri: \`${params.uri}\` was not found`;
      throw objectUnknown("dataset", params.uri, {
        pointer: "path/uri",
        airflow: { v1: { title: "Dataset not found", detail } },
      });
    },
  }),
];
