import type { Sql } from "../database/sql.ts";

/** A variable as stored; the value is sealed. */
export interface VariableRow {
  readonly id: number;
  readonly key: string;
  readonly value: Uint8Array;
  readonly description: string | null;
}

interface Raw {
  id: number;
  key: string;
  value: Buffer;
  description: string | null;
}

/** A variable by its key. */
export async function findVariable(sql: Sql, key: string): Promise<VariableRow | undefined> {
  return (await sql.query<Raw>(`select id, key, value, description from variable where key = $1`, [key]))[0];
}

/** The keys of all variables, for "did you mean". */
export async function listVariableKeys(sql: Sql): Promise<readonly string[]> {
  return (await sql.query<{ key: string }>(`select key from variable order by key limit 5000`)).map((row) => row.key);
}

/** Stores a new variable. @throws DatabaseError (unique, `variable_pkey`) */
export async function insertVariable(sql: Sql, variable: Omit<VariableRow, "id">): Promise<void> {
  await sql.execute(`insert into variable (key, value, description) values ($1, $2, $3)`, [
    variable.key,
    Buffer.from(variable.value),
    variable.description,
  ]);
}

/** Stores a variable, new or in place of the one of its key. */
export async function upsertVariable(sql: Sql, variable: Omit<VariableRow, "id">): Promise<void> {
  await sql.execute(
    `insert into variable (key, value, description) values ($1, $2, $3) on conflict (key) do update set value = excluded.value, description = excluded.description`,
    [variable.key, Buffer.from(variable.value), variable.description],
  );
}

/** Deletes a variable. @returns whether it was there */
export async function deleteVariable(sql: Sql, key: string): Promise<boolean> {
  return (await sql.execute(`delete from variable where key = $1`, [key])) > 0;
}
