import type { Sql } from "../database/sql.ts";

/** A pool. */
export interface PoolRow {
  readonly name: string;
  /** -1: no bound. */
  readonly slots: number;
  readonly description: string | null;
  readonly includeDeferred: boolean;
}

/** A pool by name. */
export async function findPool(sql: Sql, name: string): Promise<PoolRow | undefined> {
  const rows = await sql.query<{ slots: number; description: string | null; include_deferred: boolean }>(
    `select slots, description, include_deferred from pool where name = $1`,
    [name],
  );
  const row = rows[0];
  return row && { name, slots: row.slots, description: row.description, includeDeferred: row.include_deferred };
}

/** The names of all pools, for "did you mean". */
export async function listPoolNames(sql: Sql): Promise<readonly string[]> {
  return (await sql.query<{ name: string }>(`select name from pool order by name`)).map((row) => row.name);
}

/** How many task instances occupy a pool. */
export async function countOccupying(sql: Sql, name: string): Promise<number> {
  const rows = await sql.query<{ n: number }>(
    `select count(*) as n from task_instance where pool = $1 and state in ('queued', 'running')`,
    [name],
  );
  return rows[0]?.n ?? 0;
}

/** Makes a pool. @throws DatabaseError (unique, `pool_pkey`) */
export async function insertPool(sql: Sql, pool: PoolRow): Promise<void> {
  await sql.execute(`insert into pool (name, slots, description, include_deferred) values ($1, $2, $3, $4)`, [
    pool.name,
    pool.slots,
    pool.description,
    pool.includeDeferred,
  ]);
}

/** Writes a pool's fields, the name too. @returns whether it was there @throws DatabaseError (unique, `pool_pkey`) */
export async function updatePool(sql: Sql, name: string, pool: PoolRow): Promise<boolean> {
  const changed = await sql.execute(
    `update pool set name = $2, slots = $3, description = $4, include_deferred = $5 where name = $1`,
    [name, pool.name, pool.slots, pool.description, pool.includeDeferred],
  );
  return changed > 0;
}

/** Deletes a pool. @returns whether it was there */
export async function deletePool(sql: Sql, name: string): Promise<boolean> {
  return (await sql.execute(`delete from pool where name = $1`, [name])) > 0;
}
