import type { Sql } from "../database/sql.ts";

/** A pool. */
export interface PoolRow {
  readonly name: string;
  /** -1: no bound. */
  readonly slots: number;
  readonly description: string | null;
  readonly includeDeferred: boolean;
}

/** A pool with the slots in use, by the state of their task instances. */
export interface PoolUse extends PoolRow {
  readonly running: number;
  readonly queued: number;
  readonly scheduled: number;
  readonly deferred: number;
}

interface Raw {
  name: string;
  slots: number;
  description: string | null;
  include_deferred: boolean;
  running: number;
  queued: number;
  scheduled: number;
  deferred: number;
}

const SELECT = `select p.name, p.slots, p.description, p.include_deferred, u.running, u.queued, u.scheduled, u.deferred from pool p
  cross join lateral (select
    coalesce(sum(t.pool_slots) filter (where t.state = 'running'), 0) as running, coalesce(sum(t.pool_slots) filter (where t.state = 'queued'), 0) as queued,
    coalesce(sum(t.pool_slots) filter (where t.state = 'scheduled'), 0) as scheduled, coalesce(sum(t.pool_slots) filter (where t.state = 'deferred'), 0) as deferred
    from task_instance t where t.pool = p.name and t.state in ('running', 'queued', 'scheduled', 'deferred')) u`;

function toPool(row: Raw): PoolUse {
  return { name: row.name, slots: row.slots, description: row.description, includeDeferred: row.include_deferred, running: row.running, queued: row.queued, scheduled: row.scheduled, deferred: row.deferred };
}

/** A pool by name, with its use. */
export async function findPool(sql: Sql, name: string): Promise<PoolUse | undefined> {
  const rows = await sql.query<Raw>(`${SELECT} where p.name = $1`, [name]);
  return rows[0] && toPool(rows[0]);
}

/** Every pool with its use, in the order they were made. */
export async function listPools(sql: Sql): Promise<readonly PoolUse[]> {
  return (await sql.query<Raw>(`${SELECT} order by p.id`)).map(toPool);
}

/** Makes a pool. @throws DatabaseError (unique, `pool_pkey`) */
export async function insertPool(sql: Sql, pool: PoolRow): Promise<void> {
  await sql.execute(`insert into pool (name, slots, description, include_deferred) values ($1, $2, $3, $4)`, [pool.name, pool.slots, pool.description, pool.includeDeferred]);
}

/** Writes a pool's fields, the name too. @returns whether it was there @throws DatabaseError (unique, `pool_pkey`) */
export async function updatePool(sql: Sql, name: string, pool: PoolRow): Promise<boolean> {
  const changed = await sql.execute(`update pool set name = $2, slots = $3, description = $4, include_deferred = $5 where name = $1`, [name, pool.name, pool.slots, pool.description, pool.includeDeferred]);
  return changed > 0;
}

/** Deletes a pool. @returns whether it was there */
export async function deletePool(sql: Sql, name: string): Promise<boolean> {
  return (await sql.execute(`delete from pool where name = $1`, [name])) > 0;
}
