import { deleteDagDatasetQueue, deleteDatasetQueue } from "@windlass/core/actions";
import { listQueuedEvents, type QueuedEventFilter } from "@windlass/core/queries";
import { type Answer, ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { moment, optional, text } from "../../request/field.ts";
import { queuedEventView } from "./dataset-view.ts";

const before = { before: optional(moment("rfc3339")) } as const;
const TITLE = "Queue event not found";
const DAG = "/api/v1/dags/{dag_id}/datasets/queuedEvent";
const DATASET = "/api/v1/datasets/queuedEvent/{uri:path}";
const BOTH = "/api/v1/dags/{dag_id}/datasets/queuedEvent/{uri:path}";

interface Words {
  readonly v1: { readonly title: string; readonly detail: string };
}

/** What Airflow 2 says where nothing waits. */
function nothingOf({ dag_id: dagId, uri }: { readonly dag_id?: string; readonly uri?: string }): Words {
  const named = [
    ...(dagId === undefined ? [] : [`dag_id: \`${dagId}\``]),
    ...(uri === undefined ? [] : [`dataset uri: \`${uri}\``]),
  ];
  return { v1: { title: TITLE, detail: `Queue event with ${named.join(" and ")} was not found` } };
}

async function page(
  { server, scope }: Pick<Call<unknown, unknown, unknown>, "server" | "scope">,
  filter: QueuedEventFilter,
  named: { readonly dag_id?: string; readonly uri?: string },
): Promise<Answer> {
  const rows = await listQueuedEvents(server.actions.database, scope(), filter);
  if (rows.length > 0) return ok({ queued_events: rows.map(queuedEventView), total_entries: rows.length });
  throw objectUnknown("queued dataset event", named.uri ?? named.dag_id ?? "", { airflow: nothingOf(named) });
}

/** Events that wait for runs. */
export const datasetQueueOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: DAG,
    operationId: "get_dag_dataset_queued_events",
    summary: "Datasets whose events wait for a run of the Dag",
    action: "asset_queue.list_of_dag",
    params: { dag_id: text() },
    query: before,
    handle: (call) => page(call, { dagId: call.params.dag_id, before: call.query.before }, call.params),
  }),
  defineOperation({
    dialect: "v1",
    method: "DELETE",
    path: DAG,
    operationId: "delete_dag_dataset_queued_events",
    summary: "Takes the events back that wait for a run of the Dag",
    action: "dataset_queue.delete_of_dag",
    params: { dag_id: text() },
    query: before,
    answers: [204],
    async handle({ params, query, perform }) {
      const input = { dagId: params.dag_id, before: query.before, nothing: nothingOf(params) };
      const { warnings } = await perform(deleteDagDatasetQueue, input);
      return { status: 204, type: "text/html", warnings };
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: BOTH,
    operationId: "get_dag_dataset_queued_event",
    summary: "Since when events of the dataset wait for a run of the Dag",
    action: "asset_queue.list_of_dag",
    params: { dag_id: text(), uri: text() },
    query: before,
    async handle({ server, params, query, scope }) {
      const filter = { dagId: params.dag_id, uri: params.uri, before: query.before };
      const [queued] = await listQueuedEvents(server.actions.database, scope(), filter);
      if (queued !== undefined) return ok(queuedEventView(queued));
      throw objectUnknown("queued dataset event", params.uri, { airflow: nothingOf(params) });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "DELETE",
    path: BOTH,
    operationId: "delete_dag_dataset_queued_event",
    summary: "Takes the events of the dataset back that wait for a run of the Dag",
    action: "dataset_queue.delete_of_dag",
    params: { dag_id: text(), uri: text() },
    query: before,
    answers: [204],
    async handle({ params, query, perform }) {
      const asset = { uri: params.uri };
      const input = { dagId: params.dag_id, asset, before: query.before, nothing: nothingOf(params) };
      const { warnings } = await perform(deleteDagDatasetQueue, input);
      return { status: 204, type: "text/html", warnings };
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: DATASET,
    operationId: "get_dataset_queued_events",
    summary: "Dags that events of the dataset wait for",
    action: "asset_queue.list",
    params: { uri: text() },
    query: before,
    handle: (call) => page(call, { uri: call.params.uri, before: call.query.before }, call.params),
  }),
  defineOperation({
    dialect: "v1",
    method: "DELETE",
    path: DATASET,
    operationId: "delete_dataset_queued_events",
    summary: "Takes the waiting events of the dataset back",
    action: "dataset_queue.delete",
    params: { uri: text() },
    query: before,
    answers: [204],
    async handle({ params, query, perform }) {
      const input = { asset: { uri: params.uri }, before: query.before, nothing: nothingOf(params) };
      const { warnings } = await perform(deleteDatasetQueue, input);
      return { status: 204, type: "text/html", warnings };
    },
  }),
];
