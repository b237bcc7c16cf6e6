import type { Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** An API key without its token. */
export interface ApiKeyRow {
  readonly id: number;
  readonly name: string;
  readonly displayId: string;
  readonly scopes: readonly string[] | null;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly revokedAt: Instant | null;
  readonly lastUsedAt: Instant | null;
}

/** Keys of one account that are not revoked, newest first. */
export async function listApiKeys(sql: Sql, accountId: number): Promise<readonly ApiKeyRow[]> {
  return sql.query<ApiKeyRow>(
    `select id, name, display_id as "displayId", scopes, created_at as "createdAt", expires_at as "expiresAt", revoked_at as "revokedAt",
       last_used_at as "lastUsedAt"
     from api_key where account_id = $1 and revoked_at is null order by id desc`,
    [accountId],
  );
}
