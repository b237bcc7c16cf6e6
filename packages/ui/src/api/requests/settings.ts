import type { JsonObject } from "@windlass/contract/browser";
import { type ApiRequest, path } from "../request.ts";

/** The three kinds of settings that v2 serves alike. */
export type SettingKind = "connections" | "variables" | "pools";

/** Creates one. */
export function createSetting(kind: SettingKind, body: JsonObject): ApiRequest {
  return { method: "POST", path: `/api/v2/${kind}`, body };
}

/** Changes one: only the members of the body. */
export function editSetting(kind: SettingKind, name: string, body: JsonObject, mask: readonly string[]): ApiRequest {
  return { method: "PATCH", path: `/api/v2/${kind}/${encodeURIComponent(name)}`, query: { update_mask: mask }, body };
}

/** Deletes one. */
export function deleteSetting(kind: SettingKind, name: string): ApiRequest {
  return { method: "DELETE", path: path`/api/v2/${kind}/${name}` };
}
