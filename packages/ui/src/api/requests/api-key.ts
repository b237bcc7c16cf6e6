import { type ApiRequest, path } from "../request.ts";
import { NATIVE } from "./native.ts";

/** Makes a key of one's own. @param scopes permissions it is limited to; empty: all of its owner's */
export function createApiKey(name: string, expiresInDays: number, scopes: readonly string[]): ApiRequest {
  return {
    method: "POST",
    path: `${NATIVE}/api-keys`,
    body: { name, expires_in_days: expiresInDays, ...(scopes.length === 0 ? {} : { scopes }) },
  };
}

/** Revokes a key of one's own. */
export function revokeApiKey(id: string | number): ApiRequest {
  return { method: "DELETE", path: `${NATIVE}${path`/api-keys/${id}`}` };
}
