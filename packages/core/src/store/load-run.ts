import type {
  AttemptCarry,
  Instant,
  JsonObject,
  RunState,
  RunType,
  SerializedTrigger,
  TaskInstanceState,
  TriggeredBy,
} from "@windlass/contract";
import { invariant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import type { DagGraph, PreviousRun, RunSnapshot, TaskInstanceSnapshot } from "../domain/snapshot.ts";

/** What attempts of a run need to know and decisions do not. */
export interface RunDetails {
  readonly dagVersionId: number;
  readonly triggeredBy: TriggeredBy;
  readonly dataIntervalStart: Instant | null;
  readonly dataIntervalEnd: Instant | null;
  readonly params: JsonObject;
  readonly partitionKey: string | null;
}

/** A run as the engine holds it. */
export interface LoadedRun {
  readonly snapshot: RunSnapshot;
  readonly details: RunDetails;
}

interface RunRow {
  readonly id: number;
  readonly version: number;
  readonly dag_id: string;
  readonly run_id: string;
  readonly state: RunState;
  readonly run_type: RunType;
  readonly triggered_by: TriggeredBy;
  readonly logical_date: Instant | null;
  readonly data_interval_start: Instant | null;
  readonly data_interval_end: Instant | null;
  readonly run_after: Instant;
  readonly queued_at: Instant;
  readonly start_date: Instant | null;
  readonly end_date: Instant | null;
  readonly conf: JsonObject;
  readonly params: JsonObject;
  readonly partition_key: string | null;
  readonly dag_version_id: number;
  readonly is_paused: boolean;
  readonly backfill_id: number | null;
  readonly backfill_ordinal: number | null;
  readonly backfill_paused: boolean | null;
  readonly backfill_bound: number | null;
}

interface InstanceRow {
  readonly id: number;
  readonly dag_run_id: number;
  readonly run_version: number;
  readonly task_id: string;
  readonly map_index: number;
  readonly state: TaskInstanceState | null;
  readonly try_number: number;
  readonly max_tries: number;
  readonly attempt_id: string;
  readonly start_date: Instant | null;
  readonly end_date: Instant | null;
  readonly scheduled_at: Instant | null;
  readonly queued_at: Instant | null;
  readonly not_before: Instant | null;
  readonly carry: AttemptCarry | null;
  readonly trigger: SerializedTrigger | null;
  readonly skips: readonly string[] | null;
  readonly result_length: number | null;
}

type NoInstance = Pick<InstanceRow, "dag_run_id" | "run_version"> & { readonly id: null };

const RUNS = `
  select r.id, r.version, r.dag_id, r.run_id, r.state, r.run_type, r.triggered_by, r.logical_date, r.data_interval_start, r.data_interval_end,
    r.run_after, r.queued_at, r.start_date, r.end_date, r.conf, r.params, r.partition_key, r.dag_version_id, d.is_paused,
    r.backfill_id, o.sort_ordinal as backfill_ordinal, b.is_paused and b.completed_at is null as backfill_paused, b.max_active_runs as backfill_bound
  from dag_run r join dag d on d.dag_id = r.dag_id
  left join backfill b on b.id = r.backfill_id
  left join backfill_dag_run o on o.dag_run_id = r.id and o.backfill_id = r.backfill_id
  where r.id = any($1::bigint[])`;

// Each with its run's version at that very moment; a run without any task instance has one row of nulls.
const INSTANCES = `
  select r.id as dag_run_id, r.version as run_version, t.id, t.task_id, t.map_index, t.state, t.try_number, t.max_tries, t.attempt_id, t.start_date,
    t.end_date, t.scheduled_at, t.queued_at, t.not_before, t.carry, t.trigger, t.skips, t.result_length
  from dag_run r left join task_instance t on t.dag_run_id = r.id where r.id = any($1::bigint[]) order by r.id, t.id`;

/**
 * Loads runs with all their task instances, as of one moment. A run that does not exist is left out.
 * @param graphs gives the prepared Dag of each version; asked once a version
 */
export async function loadRuns(
  sql: Sql,
  ids: readonly number[],
  graphs: (dagVersionIds: readonly number[]) => Promise<ReadonlyMap<number, DagGraph>>,
): Promise<readonly LoadedRun[]> {
  if (ids.length === 0) return [];
  const { runs, byRun } = await readRows(sql, ids);
  const graphOf = await graphs([...new Set(runs.map((run) => run.dag_version_id))]);
  const previous = await loadPreviousRuns(
    sql,
    runs.filter((run) => looksBack(graphOf.get(run.dag_version_id))),
  );
  return runs.map((run) => {
    const graph = graphOf.get(run.dag_version_id);
    invariant(graph, `the version ${run.dag_version_id} of Dag ${run.dag_id} has no graph`);
    return {
      snapshot: snapshotOf(run, graph, byRun.get(run.id) ?? [], previous.get(run.id) ?? null),
      details: {
        dagVersionId: run.dag_version_id,
        triggeredBy: run.triggered_by,
        dataIntervalStart: run.data_interval_start,
        dataIntervalEnd: run.data_interval_end,
        params: run.params,
        partitionKey: run.partition_key,
      },
    };
  });
}

interface Rows {
  readonly runs: readonly RunRow[];
  readonly byRun: ReadonlyMap<number, readonly InstanceRow[]>;
}

/**
 * The two statements may travel on two connections, so either may be the first: what did not read the same version of a run is read again. A
 * new version with task instances of the one before would pass for the truth.
 */
async function readRows(sql: Sql, ids: readonly number[]): Promise<Rows> {
  const [runs, rows] = await Promise.all([
    sql.query<RunRow>(RUNS, [ids]),
    sql.query<InstanceRow | NoInstance>(INSTANCES, [ids]),
  ]);
  const versions = new Map(rows.map((row) => [row.dag_run_id, row.run_version]));
  const torn = new Set(runs.filter((run) => versions.get(run.id) !== run.version).map((run) => run.id));
  const byRun = Map.groupBy(rows.filter(isInstance), (row) => row.dag_run_id);
  if (torn.size === 0) return { runs, byRun };
  const again = await readRows(sql, [...torn]);
  for (const id of torn) byRun.set(id, [...(again.byRun.get(id) ?? [])]);
  return { runs: [...runs.filter((run) => !torn.has(run.id)), ...again.runs], byRun };
}

function isInstance(row: InstanceRow | NoInstance): row is InstanceRow {
  return row.id !== null;
}

function looksBack(graph: DagGraph | undefined): boolean {
  return graph?.dag.tasks.some((task) => task.dependsOnPast || task.waitForDownstream) ?? false;
}

function snapshotOf(
  run: RunRow,
  graph: DagGraph,
  rows: readonly InstanceRow[],
  previousRun: PreviousRun | null,
): RunSnapshot {
  const instances = rows.map(instanceOf);
  // Rows are made in the order of the graph, so sorting is needed only where a clear or an expansion added some later.
  const inOrder = instances.every(
    (each, index) => index === 0 || compare(graph, instances[index - 1] ?? each, each) <= 0,
  );
  return {
    id: run.id,
    version: run.version,
    dagId: run.dag_id,
    runId: run.run_id,
    state: run.state,
    runType: run.run_type,
    logicalDate: run.logical_date,
    runAfter: run.run_after,
    queuedAt: run.queued_at,
    startDate: run.start_date,
    endDate: run.end_date,
    conf: run.conf,
    dagPaused: run.is_paused,
    ...(run.backfill_id !== null && {
      backfill: {
        id: run.backfill_id,
        ordinal: run.backfill_ordinal ?? 1,
        paused: run.backfill_paused ?? false,
        maxActiveRuns: run.backfill_bound ?? 0,
      },
    }),
    graph,
    taskInstances: inOrder ? instances : instances.toSorted((a, b) => compare(graph, a, b)),
    previousRun,
  };
}

function compare(graph: DagGraph, a: TaskInstanceSnapshot, b: TaskInstanceSnapshot): number {
  // What the Dag does not have any more stands at the end.
  const position = ({ taskId }: TaskInstanceSnapshot): number => graph.position.get(taskId) ?? graph.order.length;
  return position(a) - position(b) || a.mapIndex - b.mapIndex;
}

function instanceOf(row: InstanceRow): TaskInstanceSnapshot {
  return {
    id: row.id,
    taskId: row.task_id,
    mapIndex: row.map_index,
    state: row.state,
    tryNumber: row.try_number,
    maxTries: row.max_tries,
    attemptId: row.attempt_id,
    startDate: row.start_date,
    endDate: row.end_date,
    scheduledAt: row.scheduled_at,
    queuedAt: row.queued_at,
    notBefore: row.not_before,
    ...(row.carry !== null && { carry: row.carry }),
    ...(row.trigger !== null && { trigger: row.trigger }),
    ...(row.skips !== null && { skips: row.skips }),
    ...(row.result_length !== null && { resultLength: row.result_length }),
  };
}

/** The run before each of these, by logical date, manual ones included, as Airflow's `depends_on_past` looks at it. */
async function loadPreviousRuns(sql: Sql, runs: readonly RunRow[]): Promise<ReadonlyMap<number, PreviousRun>> {
  if (runs.length === 0) return new Map();
  const rows = await sql.query<{ id: number; run_id: string; task_id: string; state: TaskInstanceState | null }>(
    `select r.id, p.run_id, t.task_id, t.state
     from dag_run r
     cross join lateral (
       select id, run_id from dag_run before
       where before.dag_id = r.dag_id and before.logical_date < r.logical_date
       order by before.logical_date desc limit 1
     ) p
     join task_instance t on t.dag_run_id = p.id
     where r.id = any($1::bigint[])`,
    [runs.map((run) => run.id)],
  );
  const found = new Map<number, { runId: string; states: Map<string, TaskInstanceState | null> }>();
  for (const row of rows) {
    const before = found.get(row.id) ?? { runId: row.run_id, states: new Map() };
    found.set(row.id, before);
    before.states.set(row.task_id, row.state);
  }
  return found;
}

/** A queued run that could start. */
export interface QueuedRunRow {
  readonly id: number;
  readonly dagId: string;
  readonly backfillId: number | null;
}

/** Which of these runs are still queued, with their Dags. */
export async function listQueued(sql: Sql, ids: readonly number[]): Promise<readonly QueuedRunRow[]> {
  return sql.query<QueuedRunRow>(
    `select id, dag_id as "dagId", backfill_id as "backfillId" from dag_run
     where id = any($1::bigint[]) and state = 'queued' order by run_after, id`,
    [ids],
  );
}

/**
 * Queued runs that are due and for which their Dag or their backfill has room, by an unlocked count: the commit counts again under locks.
 * @param dagIds null: of all Dags
 */
export async function listAdmissible(
  sql: Sql,
  dagIds: readonly string[] | null,
  now: Instant,
  limit: number,
): Promise<readonly number[]> {
  const [own, filling] = await Promise.all([
    sql.query<{ id: number }>(ADMISSIBLE, [dagIds, now, limit]),
    sql.query<{ id: number }>(ADMISSIBLE_OF_BACKFILLS, [dagIds, limit]),
  ]);
  // As on Airflow, runs of backfills come behind all others.
  return [...own, ...filling].slice(0, limit).map((row) => row.id);
}

const ADMISSIBLE = `
  select q.id
  from (select distinct dag_id from dag_run where state = 'queued' and backfill_id is null and ($1::text[] is null or dag_id = any($1::text[]))) w
  join dag d on d.dag_id = w.dag_id and not d.is_paused
  cross join lateral (
    select count(*) as running from dag_run r where r.dag_id = d.dag_id and r.state = 'running' and r.backfill_id is null
  ) c
  cross join lateral (
    select r.id, r.run_after from dag_run r join dag_version v on v.id = r.dag_version_id
    where r.dag_id = d.dag_id and r.state = 'queued' and r.backfill_id is null and r.run_after <= $2 and c.running < v.max_active_runs
    order by r.run_after, r.id
    limit greatest(0, coalesce((select v.max_active_runs from dag_version v where v.id = d.current_version_id), 1) - c.running)
  ) q
  order by q.run_after, q.id limit $3`;

// The few backfills are looked through, not the runs: without one this costs a look at an empty index. A run of a completed backfill that was
// cleared still counts against it.
const ADMISSIBLE_OF_BACKFILLS = `
  select q.id
  from (select distinct backfill_id from dag_run where backfill_id is not null and state = 'queued') w
  join backfill b on b.id = w.backfill_id and ($1::text[] is null or b.dag_id = any($1::text[])) and not (b.is_paused and b.completed_at is null)
  join dag d on d.dag_id = b.dag_id and not d.is_paused
  cross join lateral (select count(*) as running from dag_run r where r.backfill_id = b.id and r.state = 'running') c
  cross join lateral (
    select r.id, o.sort_ordinal from dag_run r left join backfill_dag_run o on o.dag_run_id = r.id and o.backfill_id = b.id
    where r.backfill_id = b.id and r.state = 'queued'
    order by o.sort_ordinal limit greatest(0, b.max_active_runs - c.running)
  ) q
  order by b.id, q.sort_ordinal limit $2`;

/** When the next queued run that waits for its `run_after` is due; null where none waits. */
export async function nextQueuedRunAfter(sql: Sql, now: Instant): Promise<Instant | null> {
  const rows = await sql.query<{ next: Instant | null }>(
    `select min(run_after) as next from dag_run r where state = 'queued' and backfill_id is null and run_after > $1`,
    [now],
  );
  return rows[0]?.next ?? null;
}

/** What tells of a running run whether a snapshot of it is out of date. */
export interface RunningVersion {
  readonly id: number;
  readonly version: number;
  /** A pause changes no run's version. */
  readonly dagPaused: boolean;
}

/** The running runs, so that a scheduler sees which of those in its memory are out of date. */
export async function listRunningVersions(sql: Sql): Promise<readonly RunningVersion[]> {
  return sql.query<RunningVersion>(
    `select r.id, r.version, d.is_paused as "dagPaused" from dag_run r join dag d on d.dag_id = r.dag_id
     where r.state = 'running' order by r.run_after, r.id`,
  );
}
