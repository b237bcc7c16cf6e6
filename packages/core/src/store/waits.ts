import type {
  DagRunTrigger,
  Instant,
  RunState,
  SerializedDag,
  TaskInstancesTrigger,
  TaskInstanceState,
} from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** A task instance that waits for something in other runs. */
export interface WatchingWait {
  readonly id: number;
  readonly attemptId: string;
  readonly dagRunId: number;
  readonly trigger: DagRunTrigger | TaskInstancesTrigger;
}

// Word for word the condition of the indexes.
const WATCHES = `t.state = 'deferred' and t.trigger ->> 'kind' in ('dag_run', 'task_instances')`;
const WAIT = `select t.id, t.attempt_id as "attemptId", t.dag_run_id as "dagRunId", t.trigger from task_instance t`;

/** Waits in the order of their keys. @param after the last one that is known */
export function listWaits(sql: Sql, after: number, limit: number): Promise<readonly WatchingWait[]> {
  return sql.query<WatchingWait>(`${WAIT} where ${WATCHES} and t.id > $1 order by t.id limit $2`, [after, limit]);
}

/** Waits that watch one of these runs, each named as `watched_runs` names it. */
export function listWaitsFor(
  sql: Sql,
  watched: readonly string[],
  after: number,
  limit: number,
): Promise<readonly WatchingWait[]> {
  return sql.query<WatchingWait>(
    `${WAIT} where ${WATCHES} and watched_runs(t.trigger) && $1::text[] and t.id > $2 order by t.id limit $3`,
    [watched, after, limit],
  );
}

/** Waits of these task instances, or of task instances of these runs. */
export function listWaitsOf(
  sql: Sql,
  of: { readonly taskInstanceIds: readonly number[]; readonly dagRunIds: readonly number[] },
): Promise<readonly WatchingWait[]> {
  // Two index scans; one condition with `or` would be neither.
  return sql.query<WatchingWait>(
    `${WAIT} where ${WATCHES} and t.id = any($1::bigint[])
     union all ${WAIT} where ${WATCHES} and t.dag_run_id = any($2::bigint[])`,
    [of.taskInstanceIds, of.dagRunIds],
  );
}

/** A run by the names under which it is watched. */
export interface RunNames {
  readonly dagId: string;
  readonly runId: string;
  readonly logicalDate: Instant | null;
}

/** Names of runs by their keys. */
export function listRunNames(sql: Sql, dagRunIds: readonly number[]): Promise<readonly RunNames[]> {
  return sql.query<RunNames>(
    `select dag_id as "dagId", run_id as "runId", logical_date as "logicalDate" from dag_run where id = any($1::bigint[])`,
    [dagRunIds],
  );
}

/** Runs of these Dags in which something happened behind a cursor, and the next cursor. */
export async function listRunsWithEvents(
  sql: Sql,
  after: number,
  dagIds: readonly string[],
): Promise<{ readonly runs: readonly RunNames[]; readonly cursor: number }> {
  // Keys are given before the commit: only what is over for all is behind the cursor. And the cursor comes first, so an event may be read twice, never not at all.
  const [newest] = await sql.query<{ id: number | null }>(
    `select max(id) as id from event where id >= $1 and transaction_id < pg_snapshot_xmin(pg_current_snapshot())`,
    [after],
  );
  const rows = await sql.query<RunNames>(
    `select distinct r.dag_id as "dagId", r.run_id as "runId", r.logical_date as "logicalDate"
     from event e join dag_run r on r.id = e.dag_run_id
     where e.id > $1 and e.dag_id = any($2::text[])`,
    [after, dagIds],
  );
  return { runs: rows, cursor: newest?.id ?? after };
}

/** A run that somebody watches, with the states of all its task instances of some tasks. */
export interface WatchedRunRow extends RunNames {
  readonly id: number;
  readonly state: RunState;
}

/** The runs that are there of those watched: by run ids and by logical dates. */
export function listWatchedRuns(
  sql: Sql,
  byId: readonly { readonly dagId: string; readonly runId: string }[],
  byDate: readonly { readonly dagId: string; readonly logicalDate: Instant }[],
): Promise<readonly WatchedRunRow[]> {
  return sql.query<WatchedRunRow>(
    `select id, dag_id as "dagId", run_id as "runId", logical_date as "logicalDate", state from dag_run
     where (dag_id, run_id) in (select * from unnest($1::text[], $2::text[]))
     union
     select id, dag_id, run_id, logical_date, state from dag_run
     where (dag_id, logical_date) in (select * from unnest($3::text[], $4::timestamptz[]))`,
    [
      byId.map(({ dagId }) => dagId),
      byId.map(({ runId }) => runId),
      byDate.map(({ dagId }) => dagId),
      byDate.map(({ logicalDate }) => logicalDate),
    ],
  );
}

/** States of the instances of some tasks in some runs. */
export function listWatchedTasks(
  sql: Sql,
  dagRunIds: readonly number[],
  taskIds: readonly string[],
): Promise<
  readonly { readonly dagRunId: number; readonly taskId: string; readonly state: TaskInstanceState | null }[]
> {
  return sql.query(
    `select dag_run_id as "dagRunId", task_id as "taskId", state from task_instance
     where dag_run_id = any($1::bigint[]) and task_id = any($2::text[])`,
    [dagRunIds, taskIds],
  );
}

/** The newest versions of Dags. */
export async function loadNewestDags(sql: Sql, dagIds: readonly string[]): Promise<ReadonlyMap<string, SerializedDag>> {
  const rows = await sql.query<{ dag_id: string; serialized: SerializedDag }>(
    `select d.dag_id, v.serialized from dag d join dag_version v on v.id = d.current_version_id where d.dag_id = any($1::text[])`,
    [dagIds],
  );
  return new Map(rows.map((row) => [row.dag_id, row.serialized]));
}
