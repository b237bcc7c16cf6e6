import { deleteAssetQueue, deleteDagQueue } from "@windlass/core/actions";
import { listQueuedEvents, type QueuedEventFilter } from "@windlass/core/queries";
import { type Answer, ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { integer, moment, optional, text } from "../../request/field.ts";
import { queuedEventView } from "./asset-view.ts";

const before = { before: optional(moment("utc")) } as const;
const ofDag = { dag_id: text() } as const;
const ofAsset = { asset_id: integer() } as const;
const ofBoth = { dag_id: text(), asset_id: integer() } as const;
const DAG = "/api/v2/dags/{dag_id}/assets/queuedEvents";
const ASSET = "/api/v2/assets/{asset_id}/queuedEvents";
const BOTH = "/api/v2/dags/{dag_id}/assets/{asset_id}/queuedEvents";

async function page(
  { server, scope }: Pick<Call<unknown, unknown, unknown>, "server" | "scope">,
  filter: QueuedEventFilter,
): Promise<Answer> {
  const rows = await listQueuedEvents(server.actions.database, scope(), filter);
  return ok({ queued_events: rows.map(queuedEventView), total_entries: rows.length });
}

/** Events that wait for runs. */
export const assetQueueOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: ASSET,
    operationId: "get_asset_queued_events",
    summary: "Dags that events of the asset wait for",
    action: "asset_queue.list",
    params: ofAsset,
    query: before,
    handle: (call) => page(call, { assetId: call.params.asset_id, before: call.query.before }),
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: ASSET,
    operationId: "delete_asset_queued_events",
    summary: "Takes the waiting events of the asset back",
    action: "asset_queue.delete",
    params: ofAsset,
    query: before,
    answers: [204],
    async handle({ params, query, perform }) {
      const nothing = { v2: `Queue event with asset_id: \`${String(params.asset_id)}\` was not found` };
      const input = { asset: { id: params.asset_id }, before: query.before, nothing };
      const { warnings } = await perform(deleteAssetQueue, input);
      return { status: 204, type: "application/json", warnings };
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: DAG,
    operationId: "get_dag_asset_queued_events",
    summary: "Assets whose events wait for a run of the Dag",
    action: "asset_queue.list_of_dag",
    params: ofDag,
    query: before,
    handle: (call) => page(call, { dagId: call.params.dag_id, before: call.query.before }),
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: DAG,
    operationId: "delete_dag_asset_queued_events",
    summary: "Takes the events back that wait for a run of the Dag",
    action: "asset_queue.delete_of_dag",
    params: ofDag,
    query: before,
    answers: [204],
    async handle({ params, query, perform }) {
      const nothing = { v2: `Queue event with dag_id: \`${params.dag_id}\` was not found` };
      const { warnings } = await perform(deleteDagQueue, { dagId: params.dag_id, before: query.before, nothing });
      return { status: 204, type: "application/json", warnings };
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: BOTH,
    operationId: "get_dag_asset_queued_event",
    summary: "Since when events of the asset wait for a run of the Dag",
    action: "asset_queue.list_of_dag",
    params: ofBoth,
    query: before,
    async handle({ server, params, query, scope }) {
      const filter = { dagId: params.dag_id, assetId: params.asset_id, before: query.before };
      const [queued] = await listQueuedEvents(server.actions.database, scope(), filter);
      if (queued !== undefined) return ok(queuedEventView(queued));
      throw objectUnknown("queued asset event", String(params.asset_id), { airflow: { v2: nothingOf(params) } });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: BOTH,
    operationId: "delete_dag_asset_queued_event",
    summary: "Takes the events of the asset back that wait for a run of the Dag",
    action: "asset_queue.delete_of_dag",
    params: ofBoth,
    query: before,
    answers: [204],
    async handle({ params, query, perform }) {
      const { warnings } = await perform(deleteDagQueue, {
        dagId: params.dag_id,
        asset: { id: params.asset_id },
        before: query.before,
        nothing: { v2: nothingOf(params) },
      });
      return { status: 204, type: "application/json", warnings };
    },
  }),
];

function nothingOf({ dag_id: dagId, asset_id: assetId }: { dag_id: string; asset_id: number }): string {
  return `Queued event with dag_id: \`${dagId}\` and asset_id: \`${String(assetId)}\` was not found`;
}
