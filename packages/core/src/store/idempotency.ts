import type { JsonObject, JsonValue } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { jsonbText } from "./json-text.ts";

/** An answer kept for a repeated `Idempotency-Key`. */
export interface IdempotencyRow {
  readonly accountId: number;
  readonly route: string;
  readonly key: string;
  readonly bodyHash: Uint8Array;
  readonly body: JsonValue;
  readonly answer: JsonObject;
}

/** How long a key is kept, in hours. */
const IDEMPOTENCY_HOURS = 24;

/** The kept answer of a key that is younger than a day; undefined where there is none. */
export async function findIdempotent(
  sql: Sql,
  accountId: number,
  route: string,
  key: string,
): Promise<IdempotencyRow | undefined> {
  const rows = await sql.query<{ body_hash: Buffer; body: JsonValue; answer: JsonObject }>(
    `select body_hash, body, answer from idempotency_key
     where account_id = $1 and route = $2 and key = $3 and created_at > clock_timestamp() - make_interval(hours => $4)`,
    [accountId, route, key, IDEMPOTENCY_HOURS],
  );
  const row = rows[0];
  return row && { accountId, route, key, bodyHash: row.body_hash, body: row.body, answer: row.answer };
}

/** Keeps an answer. @throws DatabaseError (unique) where another request with the same key was first */
export async function insertIdempotent(sql: Sql, rows: readonly IdempotencyRow[]): Promise<void> {
  for (const row of rows) {
    await sql.execute(
      `delete from idempotency_key where account_id = $1 and route = $2 and key = $3
         and created_at <= clock_timestamp() - make_interval(hours => $4)`,
      [row.accountId, row.route, row.key, IDEMPOTENCY_HOURS],
    );
    await sql.execute(
      `insert into idempotency_key (account_id, route, key, body_hash, body, status, answer) values ($1, $2, $3, $4, $5::jsonb, 200, $6::jsonb)`,
      [row.accountId, row.route, row.key, Buffer.from(row.bodyHash), jsonbText(row.body), jsonbText(row.answer)],
    );
  }
}

/** Forgets keys older than a day. @returns how many */
export async function deleteOldIdempotent(sql: Sql): Promise<number> {
  return sql.execute(`delete from idempotency_key where created_at <= clock_timestamp() - make_interval(hours => $1)`, [
    IDEMPOTENCY_HOURS,
  ]);
}
