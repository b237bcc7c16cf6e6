import { deleteAssetState, setAssetState } from "@windlass/core/actions";
import { findAsset, findAssetState, listAssetState } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { anything, integer, record, text } from "../../request/field.ts";
import { assetStateView } from "./asset-view.ts";
import { pageOf, pagingFields } from "./paging.ts";

const ALL = "/api/v2/assets/{asset_id}/state-store";
const ONE = "/api/v2/assets/{asset_id}/state-store/{key:path}";
const onePath = { asset_id: integer(), key: text() } as const;

async function requireAsset(
  { server, scope }: Pick<Call<unknown, unknown, unknown>, "server" | "scope">,
  id: number,
): Promise<void> {
  if ((await findAsset(server.actions.database, scope(), id)) !== undefined) return;
  throw objectUnknown("asset", String(id), { airflow: { v2: `Asset with id ${String(id)} not found` } });
}

/** What tasks and people keep beside assets. */
export const assetStateOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: ALL,
    operationId: "list_asset_state_store",
    summary: "Everything that is kept beside an asset",
    action: "asset_state.list",
    params: { asset_id: integer() },
    query: pagingFields,
    async handle(call) {
      await requireAsset(call, call.params.asset_id);
      const { database } = call.server.actions;
      const { rows, total } = await listAssetState(database, call.params.asset_id, pageOf(call.query));
      return ok({ asset_state_store: rows.map(assetStateView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: ALL,
    operationId: "clear_asset_state_store",
    summary: "Forgets everything that is kept beside an asset",
    action: "asset_state.delete",
    params: { asset_id: integer() },
    answers: [204],
    async handle({ params, perform }) {
      const { warnings } = await perform(deleteAssetState, { assetId: params.asset_id, key: null });
      return { status: 204, type: "application/json", warnings };
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: ONE,
    operationId: "get_asset_state_store",
    summary: "What is kept beside an asset under a key",
    action: "asset_state.read",
    params: onePath,
    async handle(call) {
      const { asset_id: id, key } = call.params;
      await requireAsset(call, id);
      const state = await findAssetState(call.server.actions.database, id, key);
      if (state !== undefined) return ok(assetStateView(state));
      throw objectUnknown("key beside the asset", key, {
        airflow: { v2: `Asset state store key '${key}' not found` },
      });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "PUT",
    path: ONE,
    operationId: "set_asset_state_store",
    summary: "Keeps a value beside an asset",
    action: "asset_state.edit",
    params: onePath,
    body: record({ value: anything() }),
    answers: [204],
    async handle({ params, body, perform }) {
      const input = { assetId: params.asset_id, key: params.key, value: body.value };
      const { warnings } = await perform(setAssetState, input);
      return { status: 204, type: "application/json", warnings };
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: ONE,
    operationId: "delete_asset_state_store",
    summary: "Forgets a key beside an asset",
    action: "asset_state.delete",
    params: onePath,
    answers: [204],
    async handle({ params, perform }) {
      const { warnings } = await perform(deleteAssetState, { assetId: params.asset_id, key: params.key });
      return { status: 204, type: "application/json", warnings };
    },
  }),
];
