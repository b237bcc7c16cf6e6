import type { JsonValue } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

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

/** Holds other processes that prepare the installation back until this transaction is over. */
export async function lockPreparation(sql: Sql): Promise<void> {
  await sql.execute(`select pg_advisory_xact_lock(hashtextextended('windlass preparation', 0))`);
}
