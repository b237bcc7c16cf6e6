import { NATIVE } from "../requests/native.ts";
import type { ApiKey, Me, UserRow } from "../types/account.ts";
import { get } from "./get.ts";

/** Who is signed in. */
export const meQuery = () => ({ ...get<Me>(["me"], { path: `${NATIVE}/me` }), staleTime: 300_000 });

/** One's own API keys. */
export const apiKeysQuery = () =>
  get<{ readonly api_keys: readonly ApiKey[] }>(["api-keys"], { path: `${NATIVE}/api-keys` });

/** All accounts; for those who may read them. */
export const usersQuery = () =>
  get<{ readonly users: readonly UserRow[] }>(["users"], { path: `${NATIVE}/users`, query: { limit: 1000 } });
