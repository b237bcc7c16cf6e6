import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { unwrap } from "./airflow-values.ts";
import type { SerializedAsset, SerializedAssetRef } from "./asset.ts";
import type { AssetCondition } from "./schedule.ts";

function assetOf({ name, uri, group, extra }: JsonObject): SerializedAsset | null {
  if (typeof name !== "string" || typeof uri !== "string") return null;
  const told = unwrap(extra ?? {});
  return { name, uri, group: typeof group === "string" ? group : "asset", extra: isJsonObject(told) ? told : {} };
}

function aliasOf({ name, group }: JsonObject): { readonly name: string; readonly group: string } | null {
  return typeof name === "string" ? { name, group: typeof group === "string" ? group : "asset" } : null;
}

/** Airflow's inlets and outlets as references; what is neither asset nor alias is left out (it stays in the source's own list). */
export function assetRefsFromAirflow(source: readonly JsonValue[]): readonly SerializedAssetRef[] {
  return source.flatMap((each): SerializedAssetRef[] => {
    if (!isJsonObject(each)) return [];
    const fields = each.__var;
    if (fields === undefined || !isJsonObject(fields)) return [];
    const asset = each.__type === "asset" ? assetOf(fields) : null;
    if (asset !== null) return [{ kind: "asset", ...asset }];
    const alias = each.__type === "asset_alias" ? aliasOf(fields) : null;
    return alias === null ? [] : [{ kind: "alias", ...alias }];
  });
}

/** Airflow's condition on assets; null where it has a part that has no kind of ours. */
export function conditionFromAirflow(source: JsonValue): AssetCondition | null {
  if (!isJsonObject(source)) return null;
  if (source.__type === "asset") {
    const asset = assetOf(source);
    return asset && { kind: "asset", ...asset };
  }
  if (source.__type === "asset_alias") {
    const alias = aliasOf(source);
    return alias && { kind: "alias", ...alias };
  }
  const isAll = source.__type === "asset_all";
  if ((!isAll && source.__type !== "asset_any") || !Array.isArray(source.objects)) return null;
  const of = (source.objects as readonly JsonValue[]).map(conditionFromAirflow);
  return of.every((each) => each !== null) ? { kind: isAll ? "all" : "any", of } : null;
}
