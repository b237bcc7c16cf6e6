import type { Sql } from "../database/sql.ts";
import type { Occupancy, PoolOccupancy } from "../domain/limits/slots.ts";
import { taskInRunKey, taskKey } from "../domain/limits/slots.ts";

/** What a commit is about to change or to count; each list is locked in one order, so that schedulers wait for each other and never deadlock. */
export interface LockRequest {
  /** Pools in which something is to be queued. */
  readonly pools: readonly string[];
  /** Dags of which a run is to start. */
  readonly dagIds: readonly string[];
}

/** What the locks found. */
export interface LockedState {
  /** Of the Dags asked for: paused or not, and how many runs are running. */
  readonly dags: ReadonlyMap<string, { readonly paused: boolean; readonly runningCount: number }>;
  /** Counted over the pools asked for, and over all runs where a Dag is bounded per task. */
  readonly occupancy: Omit<Occupancy, "executorFree">;
}

// Planned once for each connection, because the same statements come thousands of times; and by keys, also while the statistics still say that the
// tables are small enough to be read as a whole. Bitmaps would read every dead entry of the small partial indexes, again and again.
const PLAN_ONCE = `
  set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
  set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_material', 'off', true)`;

// The Dags are locked after the pools: their part waits for the count of the other.
const LOCK = `
  with pools as materialized (
    select p.name, p.slots, p.include_deferred from unnest($1::text[]) as g(name) join pool p on p.name = g.name order by p.name for no key update of p
  ), dags as materialized (
    select d.dag_id, d.is_paused from unnest($2::text[]) as g(dag_id) join dag d on d.dag_id = g.dag_id
    where (select count(*) from pools) >= 0 order by d.dag_id for no key update of d
  )
  select 'pool' as kind, name, slots, include_deferred as flag from pools
  union all select 'dag', dag_id, 0, is_paused from dags
  union all select 'settings', (select concat(${PLAN_ONCE})), 0, false`;

const COUNT = `
  select pool, dag_id, dag_run_id, task_id, count(*) as active, sum(pool_slots) as slots
  from task_instance where state in ('queued', 'running') and $1 group by pool, dag_id, dag_run_id, task_id
  union all
  select null, g.dag_id, null, null, (
    select count(*) from dag_run r where r.dag_id = g.dag_id and r.state = 'running' and r.backfill_id is null
  ), 0
  from unnest($2::text[]) as g(dag_id)
  union all
  -- Where a pool includes them, deferred task instances keep its slots, and count nowhere else.
  select p.name, null, null, null, 0, (select sum(t.pool_slots) from task_instance t where t.pool = p.name and t.state = 'deferred')
  from unnest($3::text[]) as g(name) join pool p on p.name = g.name where p.include_deferred`;

interface LockedRow {
  readonly kind: "pool" | "dag" | "settings";
  readonly name: string;
  readonly slots: number;
  /** Of a Dag: paused. Of a pool: what is deferred occupies it. */
  readonly flag: boolean;
}

interface CountedRow {
  /** null: how many runs of the Dag are running. */
  readonly pool: string | null;
  /** null: what is deferred in the pool. */
  readonly dag_id: string | null;
  readonly dag_run_id: number;
  readonly task_id: string;
  readonly active: number;
  readonly slots: number | null;
}

/**
 * Locks pools, then Dags, and counts under the locks (READ COMMITTED: each statement sees what was committed before it, so the counts come after
 * the locks). The runs come last and are locked by the commit itself. `for no key update` leaves the making of runs, which only refers to these rows,
 * alone.
 */
export async function lockAndCount(sql: Sql, request: LockRequest): Promise<LockedState> {
  const { pools, dagIds } = request;
  // Sent in one go: the driver pipelines statements that do not wait for each other.
  const [locked, counted] = await Promise.all([
    sql.query<LockedRow>(LOCK, [pools, dagIds]),
    pools.length === 0 && dagIds.length === 0 ? [] : sql.query<CountedRow>(COUNT, [pools.length > 0, dagIds, pools]),
  ]);
  const running = new Map(
    counted.flatMap((row) => (row.pool === null && row.dag_id !== null ? [[row.dag_id, row.active] as const] : [])),
  );
  const dags = locked.filter((row) => row.kind === "dag");
  return {
    dags: new Map(dags.map((row) => [row.name, { paused: row.flag, runningCount: running.get(row.name) ?? 0 }])),
    occupancy: countOccupancy(
      locked.filter((row) => row.kind === "pool"),
      counted,
    ),
  };
}

function countOccupancy(
  poolRows: readonly { name: string; slots: number; flag: boolean }[],
  occupied: readonly CountedRow[],
): LockedState["occupancy"] {
  const inPool = new Map<string, number>();
  const activeInRun = new Map<number, number>();
  const activeOfTask = new Map<string, number>();
  const activeOfTaskInRun = new Map<string, number>();
  for (const row of occupied) {
    if (row.pool === null) continue;
    add(inPool, row.pool, row.slots ?? 0);
    if (row.dag_id === null) continue;
    const task = { dagId: row.dag_id, taskId: row.task_id, dagRunId: row.dag_run_id };
    add(activeInRun, row.dag_run_id, row.active);
    add(activeOfTask, taskKey(task), row.active);
    add(activeOfTaskInRun, taskInRunKey(task), row.active);
  }
  const pools = new Map<string, PoolOccupancy>(
    poolRows.map((row) => [
      row.name,
      { slots: row.slots, occupied: inPool.get(row.name) ?? 0, includesDeferred: row.flag },
    ]),
  );
  return { pools, activeInRun, activeOfTask, activeOfTaskInRun };
}

function add<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
