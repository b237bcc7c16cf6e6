import type { Database } from "@windlass/core/database";
import {
  type Fault,
  findCatchUpGaps,
  findLogsWithoutEnd,
  findStartedTooEarly,
  listWaits,
  type WaitOfRun,
} from "@windlass/core/test-support";

/** An attempt as the database has it; moments in milliseconds of the wall clock. */
export interface StoredAttempt {
  readonly attemptId: string;
  readonly taskInstanceId: number;
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly tryNumber: number;
  readonly sequence: number;
  readonly queuedMs: number;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  readonly outcome: string | null;
  readonly errorKind: string | null;
  /** A person ended it by marking its task instance. */
  readonly marked: boolean;
}

/** A run as the database has it. */
export interface StoredRun {
  readonly dagId: string;
  readonly runId: string;
  readonly state: string;
  readonly runType: string;
  readonly runAfterMs: number;
}

/** A change of state that was committed. */
export interface StoredEvent {
  readonly id: number;
  readonly dagId: string;
  readonly runId: string;
  /** null: of the run. */
  readonly taskId: string | null;
  readonly mapIndex: number | null;
  readonly attemptId: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly reason: string;
  /** As whoever made it said. */
  readonly atMs: number;
  /** As the database server says. */
  readonly committedMs: number;
}

/** All that the database says when everything is over. */
export interface Stored {
  readonly runs: readonly StoredRun[];
  readonly attempts: readonly StoredAttempt[];
  /** In their order. */
  readonly events: readonly StoredEvent[];
  /** From the making of each run to its first change. */
  readonly waits: readonly WaitOfRun[];
  /** What other readings of the history have found. */
  readonly faults: readonly Fault[];
  /** Keys of attempts that have ended and whose log has no end. */
  readonly logsWithoutEnd: readonly string[];
  /** Rows of the invariant views, as text. */
  readonly invariantRows: readonly string[];
  readonly lateReports: number;
  /** Callbacks that are not over, or have failed, as text. */
  readonly badCallbacks: readonly string[];
  /** Keys of asset events that no run has taken. */
  readonly untakenAssetEvents: readonly number[];
  /** Successes of tasks with an outlet, and events that they made. */
  readonly made: { readonly successes: number; readonly events: number };
}

export async function readStored(database: Database, logsFolder: string): Promise<Stored> {
  const runs = await database.query<StoredRun>(
    `select dag_id as "dagId", run_id as "runId", state, run_type as "runType", extract(epoch from run_after)::float8 * 1000 as "runAfterMs"
     from dag_run order by id`,
  );
  const events = await database.query<StoredEvent>(
    `select e.id, r.dag_id as "dagId", r.run_id as "runId", t.task_id as "taskId", t.map_index as "mapIndex", e.attempt_id as "attemptId",
       e.from_state as "from", e.to_state as "to", e.reason, extract(epoch from e.at)::float8 * 1000 as "atMs",
       extract(epoch from pg_xact_commit_timestamp(e.transaction_id::xid))::float8 * 1000 as "committedMs"
     from event e join dag_run r on r.id = e.dag_run_id left join task_instance t on t.id = e.task_instance_id order by e.id`,
  );
  const logs = await findLogsWithoutEnd(database, logsFolder);
  const attempts = await database.query<StoredAttempt>(
    `select a.attempt_id as "attemptId", t.id as "taskInstanceId", r.dag_id as "dagId", r.run_id as "runId", t.task_id as "taskId",
       t.map_index as "mapIndex", a.try_number as "tryNumber", a.dispatch_sequence as sequence,
       extract(epoch from a.queued_at)::float8 * 1000 as "queuedMs", extract(epoch from a.started_at)::float8 * 1000 as "startedMs",
       extract(epoch from a.ended_at)::float8 * 1000 as "endedMs", a.outcome, a.error->>'kind' as "errorKind",
       exists (select 1 from event e where e.attempt_id = a.attempt_id and e.reason = 'marked') as marked
     from task_attempt a join task_instance t on t.id = a.task_instance_id join dag_run r on r.id = t.dag_run_id
     order by t.id, a.try_number, a.dispatch_sequence`,
  );
  const views = await database.query<{ name: string }>(
    "select table_name as name from information_schema.views where table_schema = 'invariant' order by 1",
  );
  const invariantRows: string[] = [];
  for (const { name } of views) {
    const rows = await database.query<{ row: unknown }>(
      `select to_jsonb(v) as row from invariant."${name}" v limit 20`,
    );
    invariantRows.push(...rows.map(({ row }) => `${name}: ${JSON.stringify(row)}`));
  }
  if (views.length === 0) invariantRows.push("there are no invariant views");
  const [late] = await database.query<{ n: number }>("select count(*)::int as n from late_report");
  const callbacks = await database.query<{ row: unknown }>(
    "select jsonb_build_object('id', id, 'state', state, 'deliveries', deliveries, 'error', error) as row from callback where state <> 'success' limit 20",
  );
  const untaken = await database.query<{ id: number }>(
    "select id from asset_event e where not exists (select 1 from dag_run_asset_event d where d.event_id = e.id) order by id limit 20",
  );
  const [made] = await database.query<{ successes: number; events: number }>(
    `select (select count(*)::int from event where dag_id = 'makes' and task_instance_id is not null and to_state = 'success' and reason = 'attempt_succeeded') as successes,
       (select count(*)::int from asset_event) as events`,
  );
  return {
    ...{ runs, attempts, events, invariantRows },
    waits: await listWaits(database),
    faults: [...(await findStartedTooEarly(database)), ...(await findCatchUpGaps(database))],
    logsWithoutEnd: logs.map(({ row }) => (row as { readonly attemptId: string }).attemptId),
    lateReports: late?.n ?? 0,
    badCallbacks: callbacks.map(({ row }) => JSON.stringify(row)),
    untakenAssetEvents: untaken.map(({ id }) => id),
    made: made ?? { successes: 0, events: 0 },
  };
}

/** How many runs and callbacks are not over. @throws DatabaseError */
export async function countOpen(database: Database): Promise<number> {
  const [row] = await database.query<{ n: number }>(
    `select (select count(*) from dag_run where state in ('queued', 'running'))::int
       + (select count(*) from callback where state in ('pending', 'running'))::int
       + (select count(*) from asset_queued_event)::int as n`,
  );
  return row?.n ?? 0;
}
