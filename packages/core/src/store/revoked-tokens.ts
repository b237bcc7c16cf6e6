import type { Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** Revokes a bearer token until it would have expired anyway. */
export async function revokeToken(sql: Sql, tokenId: string, expiresAt: Instant): Promise<void> {
  await sql.execute(`insert into revoked_token (token_id, expires_at) values ($1, $2) on conflict do nothing`, [
    tokenId,
    expiresAt,
  ]);
}

/** Whether a bearer token was revoked. */
export async function isTokenRevoked(sql: Sql, tokenId: string): Promise<boolean> {
  return (await sql.query(`select 1 from revoked_token where token_id = $1`, [tokenId])).length > 0;
}

/** Forgets tokens that have expired by themselves. @returns how many */
export async function deleteExpiredRevocations(sql: Sql): Promise<number> {
  return sql.execute(`delete from revoked_token where expires_at < clock_timestamp()`);
}
