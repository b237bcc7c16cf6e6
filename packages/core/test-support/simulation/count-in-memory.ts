import { taskInRunKey, taskKey, type PoolOccupancy } from "../../src/domain/limits/slots.ts";
import type { LockedState, LockRequest } from "../../src/store/occupancy.ts";
import type { PoolRow } from "./rows.ts";
import { lockOf, type Session } from "./session.ts";
import type { Tables } from "./tables.ts";

/** `lockAndCount` on the double: pools, then Dags, each in the order of their names; then what is committed is counted. */
export async function lockAndCountInMemory(session: Session, { pools, dagIds }: LockRequest): Promise<LockedState> {
  const { tables, defects } = session.server;
  const poolRows = pools.toSorted().flatMap((name) => tables.pools.get(name) ?? []);
  const dagRows = dagIds.toSorted().flatMap((dagId) => tables.dags.get(dagId) ?? []);
  if (!defects.has("slots_unlocked")) {
    await session.lock(poolRows.map(({ name }) => lockOf.pool(name)));
    await session.lock(dagRows.map(({ dagId }) => lockOf.dag(dagId)));
  }
  return {
    dags: new Map(
      dagRows.flatMap(({ dagId }) => {
        const dag = tables.dags.get(dagId);
        return dag ? [[dagId, { paused: dag.isPaused, runningCount: countRunning(tables, dagId) }] as const] : [];
      }),
    ),
    occupancy: occupancy(
      tables,
      poolRows.map(({ name }) => tables.pools.get(name)).filter((pool) => pool !== undefined),
    ),
  };
}

function countRunning(tables: Tables, dagId: string): number {
  let count = 0;
  for (const run of tables.runs.values()) if (run.dagId === dagId && run.state === "running") count += 1;
  return count;
}

function occupancy(tables: Tables, poolRows: readonly PoolRow[]): LockedState["occupancy"] {
  const inPool = new Map<string, number>();
  const activeInRun = new Map<number, number>();
  const activeOfTask = new Map<string, number>();
  const activeOfTaskInRun = new Map<string, number>();
  const deferring = new Set(poolRows.flatMap(({ name, includeDeferred }) => (includeDeferred ? [name] : [])));
  // Without pools nothing is asked for slots, and nothing is counted.
  for (const row of poolRows.length === 0 ? [] : tables.instances.values()) {
    const active = row.state === "queued" || row.state === "running";
    if (active || (row.state === "deferred" && deferring.has(row.pool))) add(inPool, row.pool, row.poolSlots);
    if (!active) continue;
    add(activeInRun, row.dagRunId, 1);
    add(activeOfTask, taskKey(row), 1);
    add(activeOfTaskInRun, taskInRunKey(row), 1);
  }
  const pools = new Map<string, PoolOccupancy>(
    poolRows.map(({ name, slots, includeDeferred }) => [
      name,
      { slots, occupied: inPool.get(name) ?? 0, includesDeferred: includeDeferred },
    ]),
  );
  return { pools, activeInRun, activeOfTask, activeOfTaskInRun };
}

function add<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
