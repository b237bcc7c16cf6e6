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

interface OccupiedRow {
  readonly pool: string;
  readonly dag_id: string;
  readonly dag_run_id: number;
  readonly task_id: string;
  readonly active: number;
  readonly slots: number;
}

const EMPTY: LockedState["occupancy"] = {
  pools: new Map(),
  activeInRun: new Map(),
  activeOfTask: new Map(),
  activeOfTaskInRun: new Map(),
};

// The statements of a round are the same thousands of times: planned once for each connection. And they find their rows by key, also while the
// statistics still say that the tables are small enough to be read as a whole.
const PLAN_ONCE = `
  select set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
    set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`;

/**
 * Locks pools, then Dags, and counts under the locks (READ COMMITTED: each statement sees what was committed before it, so the counts come after
 * the locks). The runs come last and are locked by the commit itself. `for no key update` leaves the making of runs, which only refers to these rows, alone.
 */
export async function lockAndCount(sql: Sql, request: LockRequest): Promise<LockedState> {
  const { pools, dagIds } = request;
  // Sent in one go: the driver pipelines statements that do not wait for each other.
  const [, poolRows, dagRows, occupied, running] = await Promise.all([
    sql.query(PLAN_ONCE),
    pools.length === 0
      ? []
      : sql.query<{ name: string; slots: number }>(
          `select name, slots from pool where name = any($1::text[]) order by name for no key update`,
          [pools],
        ),
    dagIds.length === 0
      ? []
      : sql.query<{ dag_id: string; is_paused: boolean }>(
          `select dag_id, is_paused from dag where dag_id = any($1::text[]) order by dag_id for no key update`,
          [dagIds],
        ),
    pools.length === 0
      ? []
      : sql.query<OccupiedRow>(
          `select pool, dag_id, dag_run_id, task_id, count(*) as active, sum(pool_slots) as slots
           from task_instance where state in ('queued', 'running') group by pool, dag_id, dag_run_id, task_id`,
        ),
    dagIds.length === 0
      ? []
      : sql.query<{ dag_id: string; running: number }>(
          `select dag_id, count(*) as running from dag_run where dag_id = any($1::text[]) and state = 'running' and run_type <> 'backfill'
           group by dag_id`,
          [dagIds],
        ),
  ]);
  const runningOf = new Map(running.map((row) => [row.dag_id, row.running]));
  return {
    dags: new Map(
      dagRows.map((row) => [row.dag_id, { paused: row.is_paused, runningCount: runningOf.get(row.dag_id) ?? 0 }]),
    ),
    occupancy: pools.length === 0 ? EMPTY : countOccupancy(poolRows, occupied),
  };
}

function countOccupancy(
  poolRows: readonly { name: string; slots: number }[],
  occupied: readonly OccupiedRow[],
): LockedState["occupancy"] {
  const inPool = new Map<string, number>();
  const activeInRun = new Map<number, number>();
  const activeOfTask = new Map<string, number>();
  const activeOfTaskInRun = new Map<string, number>();
  for (const row of occupied) {
    const task = { dagId: row.dag_id, taskId: row.task_id, dagRunId: row.dag_run_id };
    add(inPool, row.pool, row.slots);
    add(activeInRun, row.dag_run_id, row.active);
    add(activeOfTask, taskKey(task), row.active);
    add(activeOfTaskInRun, taskInRunKey(task), row.active);
  }
  const pools = new Map<string, PoolOccupancy>(
    poolRows.map((row) => [row.name, { slots: row.slots, occupied: inPool.get(row.name) ?? 0 }]),
  );
  return { pools, activeInRun, activeOfTask, activeOfTaskInRun };
}

function add<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
