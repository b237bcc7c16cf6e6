import type { Sql } from "../database/sql.ts";
import { Conditions, firstOf, type Ordering, type Page, type Paging } from "./conditions.ts";
import { selectPage } from "./select-page.ts";

/** A pool with its slots, counted now. */
export interface PoolRow {
  readonly id: number;
  readonly name: string;
  /** -1: no bound. */
  readonly slots: number;
  readonly description: string | null;
  readonly includeDeferred: boolean;
  readonly runningSlots: number;
  readonly queuedSlots: number;
  readonly scheduledSlots: number;
  readonly deferredSlots: number;
}

/** Columns behind the names. */
export const POOL_SORTS = { id: "p.id", name: "p.name", slots: "p.slots" } as const;

const COLUMNS = `p.id, p.name, p.slots, p.description, p.include_deferred as "includeDeferred",
  coalesce(o.running, 0) as "runningSlots", coalesce(o.queued, 0) as "queuedSlots",
  (select coalesce(sum(t.pool_slots), 0) from task_instance t where t.pool = p.name and t.state = 'scheduled') as "scheduledSlots",
  (select coalesce(sum(t.pool_slots), 0) from task_instance t where t.pool = p.name and t.state = 'deferred') as "deferredSlots"`;
const FROM = `from pool p left join (select pool, sum(pool_slots) filter (where state = 'running') as running,
    sum(pool_slots) filter (where state = 'queued') as queued
  from task_instance where state in ('queued', 'running') group by pool) o on o.pool = p.name`;

/** Pools. */
export async function listPools(
  sql: Sql,
  filter: { readonly namePattern?: string | undefined; readonly namePrefix?: string | undefined },
  ordering: Ordering<keyof typeof POOL_SORTS>,
  paging: Paging,
): Promise<Page<PoolRow>> {
  const conditions = new Conditions().pattern("p.name", filter.namePattern).prefix("p.name", filter.namePrefix);
  const countFrom = "from pool p";
  return selectPage(sql, {
    columns: COLUMNS,
    from: FROM,
    countFrom,
    conditions,
    sorts: POOL_SORTS,
    ordering,
    last: "p.id",
    paging,
  });
}

/** One pool; undefined where there is none. */
export async function findPool(sql: Sql, name: string): Promise<PoolRow | undefined> {
  return firstOf(await sql.query<PoolRow>(`select ${COLUMNS} ${FROM} where p.name = $1`, [name]));
}

/** Names of all pools, for "did you mean". */
export async function listPoolNames(sql: Sql): Promise<readonly string[]> {
  const rows = await sql.query<{ name: string }>("select name from pool order by name limit 1000");
  return rows.map(({ name }) => name);
}
