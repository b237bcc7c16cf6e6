import type { JsonValue } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** A fact about the installation; undefined where it was never stored. */
export async function readFact(sql: Sql, key: string): Promise<JsonValue | undefined> {
  const rows = await sql.query<{ value: JsonValue }>(`select value from installation where key = $1`, [key]);
  return rows[0]?.value;
}

/** Stores a fact. @returns what was there before; undefined where there was nothing */
export async function replaceFact(sql: Sql, key: string, value: JsonValue): Promise<JsonValue | undefined> {
  const [before] = await sql.query<{ value: JsonValue }>(`select value from installation where key = $1 for update`, [
    key,
  ]);
  await sql.execute(
    `insert into installation (key, value) values ($1, $2::jsonb) on conflict (key) do update set value = excluded.value`,
    [key, JSON.stringify(value)],
  );
  return before?.value;
}
