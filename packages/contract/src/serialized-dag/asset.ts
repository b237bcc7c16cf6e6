import type { JsonObject } from "../json.ts";

/** What an asset is known by; name and uri together. */
export interface AssetKey {
  readonly name: string;
  readonly uri: string;
}

/** An asset as a Dag names it. */
export interface SerializedAsset extends AssetKey {
  readonly group: string;
  readonly extra: JsonObject;
}

/** What a task writes or reads: an asset, or an alias that is filled with assets while it runs. */
export type SerializedAssetRef =
  | ({ readonly kind: "asset" } & SerializedAsset)
  | { readonly kind: "alias"; readonly name: string; readonly group: string };
