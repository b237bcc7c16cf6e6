import type { Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** An API key without the part that could be used. */
export interface ApiKey {
  readonly id: number;
  readonly accountId: number;
  readonly name: string;
  readonly displayId: string;
  /** Permission keys, or null for all that the owner may. */
  readonly scopes: readonly string[] | null;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly revokedAt: Instant | null;
  readonly lastUsedAt: Instant | null;
}

interface ApiKeyRow {
  id: number;
  account_id: number;
  name: string;
  display_id: string;
  scopes: string[] | null;
  created_at: Instant;
  expires_at: Instant;
  revoked_at: Instant | null;
  last_used_at: Instant | null;
}

const COLUMNS = `id, account_id, name, display_id, scopes, created_at, expires_at, revoked_at, last_used_at`;

function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    displayId: row.display_id,
    scopes: row.scopes,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  };
}

/** Stores a key by the hash of its token. */
export async function insertApiKey(
  sql: Sql,
  key: {
    readonly accountId: number;
    readonly name: string;
    readonly tokenHash: Uint8Array;
    readonly displayId: string;
    readonly scopes: readonly string[] | null;
    readonly days: number;
  },
): Promise<ApiKey> {
  const rows = await sql.query<ApiKeyRow>(
    `insert into api_key (account_id, name, token_hash, display_id, scopes, expires_at)
     values ($1, $2, $3, $4, $5::jsonb, clock_timestamp() + make_interval(secs => $6)) returning ${COLUMNS}`,
    [
      key.accountId,
      key.name,
      Buffer.from(key.tokenHash),
      key.displayId,
      key.scopes === null ? null : JSON.stringify(key.scopes),
      key.days * 86_400,
    ],
  );
  return toApiKey(rows[0] as ApiKeyRow);
}

/** A key by the hash of its token, whatever its state. */
export async function findApiKey(sql: Sql, tokenHash: Uint8Array): Promise<ApiKey | undefined> {
  const rows = await sql.query<ApiKeyRow>(`select ${COLUMNS} from api_key where token_hash = $1`, [
    Buffer.from(tokenHash),
  ]);
  return rows[0] && toApiKey(rows[0]);
}

/** The keys of an account, newest first. */
export async function listApiKeys(sql: Sql, accountId: number): Promise<readonly ApiKey[]> {
  return (
    await sql.query<ApiKeyRow>(`select ${COLUMNS} from api_key where account_id = $1 order by id desc`, [accountId])
  ).map(toApiKey);
}

/** Revokes a key of an account. @returns whether there was one in force */
export async function revokeApiKey(sql: Sql, accountId: number, id: number): Promise<boolean> {
  return (
    (await sql.execute(
      `update api_key set revoked_at = clock_timestamp() where id = $2 and account_id = $1 and revoked_at is null`,
      [accountId, id],
    )) > 0
  );
}

/** Notes that a key was used; at most one write a minute. */
export async function touchApiKey(sql: Sql, id: number): Promise<void> {
  await sql.execute(
    `update api_key set last_used_at = clock_timestamp() where id = $1 and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')`,
    [id],
  );
}
