import { type JsonValue, refusal, RefusalError, type Verdict } from "@windlass/contract";
import { deleteAssetState as deleteRows, storeAssetState } from "../../store/assets/asset-state.ts";
import { findStoredAsset } from "../../store/assets/find-asset.ts";
import type { Action } from "../action.ts";
import type { ActionContext } from "../context.ts";

/** A value to be kept beside an asset. */
export interface AssetStateInput {
  readonly assetId: number;
  readonly key: string;
  readonly value: JsonValue;
}

/** What is to be forgotten; key null: everything. */
export interface AssetStateKey {
  readonly assetId: number;
  readonly key: string | null;
}

/** Keeps a value beside an asset. */
export const setAssetState: Action<AssetStateInput, AssetStateInput, AssetStateKey> = {
  name: "asset_state.edit",
  event: "set_asset_state_store",
  subject: ({ assetId, key }) => ({ dagId: null, object: `${String(assetId)}/${key}` }),
  decide: async (context, _request, input) => ({
    verdicts: await existence(context, input.assetId),
    warnings: [],
    plan: input,
  }),
  async execute(tx, _context, _request, { assetId, key, value }) {
    if (!(await findStoredAsset(tx, { id: assetId }))) throw new RefusalError(unknownAsset(assetId));
    await storeAssetState(tx, assetId, key, value, { kind: "api" });
    return { result: { assetId, key } };
  },
};

/** Forgets what is kept beside an asset; what is not there is no mistake. */
export const deleteAssetState: Action<AssetStateKey, AssetStateKey, AssetStateKey> = {
  name: "asset_state.delete",
  event: "delete_asset_state_store",
  subject: ({ assetId, key }) => ({ dagId: null, object: `${String(assetId)}/${key ?? ""}` }),
  decide: async (context, _request, input) => ({
    verdicts: await existence(context, input.assetId),
    warnings: [],
    plan: input,
  }),
  async execute(tx, _context, _request, { assetId, key }) {
    await deleteRows(tx, assetId, key);
    return { result: { assetId, key } };
  },
};

async function existence(context: ActionContext, assetId: number): Promise<readonly Verdict[]> {
  const isThere = assetId !== undefined && (await findStoredAsset(context.database, { id: assetId }));
  return isThere ? [] : [{ phase: "existence", refusal: unknownAsset(assetId) }];
}

function unknownAsset(assetId: number): ReturnType<typeof refusal> {
  const name = String(assetId);
  return refusal(
    "object.unknown",
    { kind: "asset", name, near: "" },
    { pointer: "path/asset_id", airflow: { v2: `Asset with id ${name} not found` } },
  );
}
