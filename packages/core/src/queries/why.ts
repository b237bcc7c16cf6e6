import {
  type Instant,
  isTerminalRunState,
  isTerminalState,
  type RunState,
  type TaskInstanceState,
} from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { buildGraph } from "../domain/graph.ts";
import { placesOf } from "../domain/limits/places.ts";
import { type Occupancy, taskInRunKey, taskKey } from "../domain/limits/slots.ts";
import type { RunSnapshot } from "../domain/snapshot.ts";
import type { WhyContext, WhyReason } from "../domain/why/reason.ts";
import { whyRun } from "../domain/why/why-run.ts";
import { whyTaskInstance } from "../domain/why/why-task-instance.ts";
import { loadDagVersions } from "../store/dag-versions.ts";
import { loadRuns } from "../store/load-run.ts";
import { listServedQueues } from "../store/workers.ts";

/** Why something does not move. */
export interface Why<State> {
  readonly state: State;
  /** It is not over and nothing holds it. */
  readonly moving: boolean;
  readonly reasons: readonly WhyReason[];
  /** Since when it is as it is; null where that is not known. */
  readonly since: Instant | null;
}

/** What only the process knows. */
export interface WhySurroundings {
  readonly now: Instant;
  /** The executor's bound on task instances at a time. */
  readonly parallelism: number;
  /** `[local_executor] queues`. @defaultValue every queue */
  readonly localQueues?: readonly string[];
}

// Three missed beats and a little.
const RECENT_SECONDS = 30;

/** Why a run does not move; undefined where there is none. */
export async function explainRun(
  sql: Sql,
  dagId: string,
  runId: string,
  surroundings: WhySurroundings,
): Promise<Why<RunState> | undefined> {
  const run = await loadRun(sql, dagId, runId);
  if (run === undefined) return undefined;
  const over = isTerminalRunState(run.state);
  const reasons = over ? [] : whyRun(run, await contextOf(sql, run, surroundings));
  return {
    state: run.state,
    moving: !over && reasons.length === 0,
    reasons,
    since: run.endDate ?? run.startDate ?? run.queuedAt,
  };
}

/** Why a task instance does not move; undefined where there is none. */
export async function explainTaskInstance(
  sql: Sql,
  at: { readonly dagId: string; readonly runId: string; readonly taskId: string; readonly mapIndex: number },
  surroundings: WhySurroundings,
): Promise<Why<TaskInstanceState | null> | undefined> {
  const run = await loadRun(sql, at.dagId, at.runId);
  const instance = run?.taskInstances.find((each) => each.taskId === at.taskId && each.mapIndex === at.mapIndex);
  if (run === undefined || instance === undefined) return undefined;
  const over = isTerminalState(instance.state);
  const reasons = over ? [] : whyTaskInstance(run, instance, await contextOf(sql, run, surroundings));
  const since =
    instance.endDate ??
    instance.startDate ??
    instance.queuedAt ??
    instance.scheduledAt ??
    run.startDate ??
    run.queuedAt;
  return { state: instance.state, moving: !over && reasons.length === 0, reasons, since };
}

async function loadRun(sql: Sql, dagId: string, runId: string): Promise<RunSnapshot | undefined> {
  const [row] = await sql.query<{ id: number }>("select id from dag_run where dag_id = $1 and run_id = $2", [
    dagId,
    runId,
  ]);
  if (row === undefined) return undefined;
  const [loaded] = await loadRuns(
    sql,
    [row.id],
    async (ids) => new Map((await loadDagVersions(sql, ids)).map(({ id, dag }) => [id, buildGraph(dag)])),
  );
  return loaded?.snapshot;
}

async function contextOf(
  sql: Sql,
  run: RunSnapshot,
  { now, parallelism, localQueues = ["*"] }: WhySurroundings,
): Promise<WhyContext> {
  const [served, alive, running, pools, active] = await Promise.all([
    listServedQueues(sql),
    sql.query<{ service: string; processes: number }>(
      `select service, count(*) as processes from service_heartbeat
       where service in ('scheduler', 'executor') and last_seen_at > clock_timestamp() - make_interval(secs => $1) group by service`,
      [RECENT_SECONDS],
    ),
    sql.query<{ running: number }>(
      "select count(*) as running from dag_run where dag_id = $1 and state = 'running' and backfill_id is not distinct from $2",
      [run.dagId, run.backfill?.id ?? null],
    ),
    sql.query<PoolSlotsRow>(
      `select p.name, p.slots, case when p.include_deferred then
         (select coalesce(sum(t.pool_slots), 0) from task_instance t where t.pool = p.name and t.state = 'deferred') else 0 end as deferred
       from pool p`,
    ),
    sql.query<ActiveRow>(
      `select pool, dag_id as "dagId", dag_run_id as "dagRunId", task_id as "taskId", count(*) as active, sum(pool_slots) as slots
       from task_instance where state in ('queued', 'running') group by pool, dag_id, dag_run_id, task_id`,
    ),
  ]);
  const processes = (service: string): number => alive.find((each) => each.service === service)?.processes ?? 0;
  return {
    now,
    schedulerAlive: processes("scheduler") > 0,
    runners: processes("executor"),
    runningRuns: running[0]?.running ?? 0,
    occupancy: { ...occupancyOf(pools, active, parallelism), places: placesOf(localQueues, served) },
    workers: new Map(served.map(({ queue, workers }) => [queue, workers])),
  };
}

interface PoolSlotsRow {
  readonly name: string;
  readonly slots: number;
  /** Slots that deferred task instances keep. */
  readonly deferred: number;
}

interface ActiveRow {
  readonly pool: string;
  readonly dagId: string;
  readonly dagRunId: number;
  readonly taskId: string;
  readonly active: number;
  readonly slots: number;
}

function occupancyOf(pools: readonly PoolSlotsRow[], active: readonly ActiveRow[], parallelism: number): Occupancy {
  const sumBy = <Key>(key: (row: ActiveRow) => Key, amount: (row: ActiveRow) => number): Map<Key, number> => {
    const sums = new Map<Key, number>();
    for (const row of active) sums.set(key(row), (sums.get(key(row)) ?? 0) + amount(row));
    return sums;
  };
  const ofOne = (row: ActiveRow): number => row.active;
  const inPool = sumBy(
    ({ pool }) => pool,
    ({ slots }) => slots,
  );
  return {
    pools: new Map(
      pools.map(({ name, slots, deferred }) => [name, { slots, occupied: (inPool.get(name) ?? 0) + deferred }]),
    ),
    activeInRun: sumBy(({ dagRunId }) => dagRunId, ofOne),
    activeOfTask: sumBy(taskKey, ofOne),
    activeOfTaskInRun: sumBy(taskInRunKey, ofOne),
    executorFree: parallelism - active.reduce((sum, row) => sum + row.active, 0),
  };
}
