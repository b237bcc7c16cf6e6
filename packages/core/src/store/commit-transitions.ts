import type { AttemptError, Instant, JsonValue, RunState, TaskInstanceState } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** A run as a commit leaves it. Every run that anything changed in is listed, also where only its version grows. */
export interface RunChange {
  readonly id: number;
  /** The version the decision was made on; the commit leaves the next one. */
  readonly version: number;
  readonly state: RunState;
  readonly queuedAt: Instant;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly decidedAt: Instant;
}

/** A task instance as a commit leaves it, whatever states it passed through. */
export interface InstanceChange {
  readonly id: number;
  readonly dagRunId: number;
  readonly fromAttemptId: string;
  readonly fromState: TaskInstanceState | null;
  readonly state: TaskInstanceState | null;
  readonly attemptId: string;
  readonly tryNumber: number;
  readonly maxTries: number;
  readonly scheduledAt: Instant | null;
  readonly queuedAt: Instant | null;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly notBefore: Instant | null;
  readonly error: AttemptError | null;
  /** Where it runs; null: as before. */
  readonly hostname: string | null;
  readonly pid: number | null;
}

/** An attempt that ended. */
export interface AttemptEnd {
  readonly attemptId: string;
  readonly endedAt: Instant;
  /** The state its task instance got, or `superseded` where it never started. */
  readonly outcome: TaskInstanceState | "superseded" | "cleared";
  readonly error: AttemptError | null;
}

/** One transition, as readers of the history see it. */
export interface EventRow {
  readonly at: Instant;
  readonly dagId: string;
  readonly dagRunId: number;
  readonly taskInstanceId: number | null;
  readonly attemptId: string | null;
  readonly fromState: string | null;
  readonly toState: string | null;
  readonly tryNumber: number | null;
  readonly reason: string;
}

/** A return value that came with a report. */
export interface XcomRow {
  readonly taskInstanceId: number;
  readonly key: string;
  readonly value: JsonValue;
}

/** Everything that one commit writes, of many runs. */
export interface CommitBatch {
  readonly runs: readonly RunChange[];
  readonly instances: readonly InstanceChange[];
  readonly attemptsEnded: readonly AttemptEnd[];
  readonly events: readonly EventRow[];
  readonly xcoms: readonly XcomRow[];
  /** The boot of the supervisor that starts what is left in state running. */
  readonly bootId: string;
  readonly leaseSeconds: number;
}

const RUNS = `
  update dag_run r set state = g.state, queued_at = g.queued_at, start_date = g.start_date, end_date = g.end_date,
    last_scheduling_decision = g.decided_at, version = r.version + 1, updated_at = clock_timestamp()
  from jsonb_to_recordset($1::jsonb) as g(id bigint, version bigint, state text, queued_at timestamptz, start_date timestamptz,
    end_date timestamptz, decided_at timestamptz)
  where r.id = g.id and r.version = g.version
  returning r.id`;

// An attempt is made where the attempt id changes; one that was queued by an earlier commit is only started.
const INSTANCES = `
  with given as (
    select * from jsonb_to_recordset($1::jsonb) as g(id bigint, from_attempt_id uuid, from_state text, state text, attempt_id uuid,
      try_number integer, max_tries integer, scheduled_at timestamptz, queued_at timestamptz, start_date timestamptz, end_date timestamptz,
      not_before timestamptz, error jsonb, hostname text, pid integer)
  ), changed as (
    update task_instance t set state = g.state, attempt_id = g.attempt_id, try_number = g.try_number, max_tries = g.max_tries,
      scheduled_at = g.scheduled_at, queued_at = g.queued_at, start_date = g.start_date, end_date = g.end_date, not_before = g.not_before,
      error = g.error, hostname = coalesce(g.hostname, t.hostname), pid = case when g.hostname is null then t.pid else g.pid end,
      dispatch_sequence = t.dispatch_sequence + (g.attempt_id <> g.from_attempt_id)::integer,
      lease_until = case when g.state = 'running' then clock_timestamp() + make_interval(secs => $2) end,
      updated_at = clock_timestamp()
    from given g
    where t.id = g.id and t.attempt_id = g.from_attempt_id and t.state is not distinct from g.from_state
    returning t.id, t.attempt_id, t.try_number, t.dispatch_sequence, t.state, t.queued_at, t.start_date, t.hostname, t.pid, g.from_attempt_id
  ), made as (
    insert into task_attempt (attempt_id, task_instance_id, try_number, dispatch_sequence, queued_at, started_at, hostname, pid, boot_id)
    select attempt_id, id, try_number, dispatch_sequence, queued_at, case when state = 'running' then start_date end, nullif(hostname, ''), pid,
      case when state = 'running' then $3::uuid end
    from changed where attempt_id <> from_attempt_id
  ), started as (
    update task_attempt a set started_at = c.start_date, hostname = c.hostname, pid = c.pid, boot_id = $3::uuid
    from changed c where c.state = 'running' and c.attempt_id = c.from_attempt_id and a.attempt_id = c.attempt_id
  ), forgotten as (
    -- As on Airflow a try starts without the XComs of the one before.
    delete from xcom x using changed c where c.attempt_id <> c.from_attempt_id and c.dispatch_sequence > 1 and x.task_instance_id = c.id
  ), announced as (
    insert into outbox (kind, attempt_id) select 'dispatch', attempt_id from changed where state = 'queued'
    on conflict (attempt_id) where attempt_id is not null do nothing
  ), taken as (
    delete from outbox o using changed c where o.attempt_id = c.from_attempt_id and c.state is distinct from 'queued'
  )
  select count(*) as n from changed`;

const ATTEMPTS_ENDED = `
  update task_attempt a set ended_at = g.ended_at, outcome = g.outcome, error = g.error
  from jsonb_to_recordset($1::jsonb) as g(attempt_id uuid, ended_at timestamptz, outcome text, error jsonb)
  where a.attempt_id = g.attempt_id and a.ended_at is null`;

const EVENTS = `
  insert into event (at, dag_id, dag_run_id, task_instance_id, attempt_id, from_state, to_state, try_number, reason)
  select at, dag_id, dag_run_id, task_instance_id, attempt_id, from_state, to_state, try_number, reason
  from jsonb_to_recordset($1::jsonb) as g(n integer, at timestamptz, dag_id text, dag_run_id bigint, task_instance_id bigint, attempt_id uuid,
    from_state text, to_state text, try_number integer, reason text)
  order by n
  returning id`;

// A run that was deleted meanwhile has no task instances any more: its commit is refused by the version, not by the foreign key.
const XCOMS = `
  insert into xcom (task_instance_id, key, value)
  select g.task_instance_id, g.key, g.value from json_to_recordset($1::json) as g(task_instance_id bigint, key text, value json)
  join task_instance t on t.id = g.task_instance_id
  on conflict (task_instance_id, key) do update set value = excluded.value, created_at = clock_timestamp()`;

/** Somebody else changed these runs since they were loaded: the decisions about them must be made anew. */
export class RunsChangedMeanwhile extends Error {
  override readonly name = "RunsChangedMeanwhile";
  readonly runIds: readonly number[];

  constructor(runIds: readonly number[]) {
    super(`runs changed meanwhile: ${runIds.join(", ")}`);
    this.runIds = runIds;
  }
}

/**
 * Writes the transitions of many runs: states, attempts, events, XComs and announcements, in a handful of statements sent together. Call it in a
 * transaction and let what it throws roll that back. Each run is compared with the version, each task instance with the attempt and the state
 * that the decision saw.
 * @returns keys of the event rows, in the order of `events`
 * @throws RunsChangedMeanwhile where a run, or a task instance of one, was not as the decision saw it
 */
export async function commitTransitions(sql: Sql, batch: CommitBatch): Promise<readonly number[]> {
  const { runs, instances, attemptsEnded, events, xcoms } = batch;
  const [changedRuns, changedInstances, , eventIds] = await Promise.all([
    runs.length === 0 ? [] : sql.query<{ id: number }>(RUNS, [JSON.stringify(runs.map(runRow))]),
    instances.length === 0
      ? [{ n: 0 }]
      : sql.query<{ n: number }>(INSTANCES, [
          JSON.stringify(instances.map(instanceRow)),
          batch.leaseSeconds,
          batch.bootId,
        ]),
    attemptsEnded.length === 0 ? 0 : sql.execute(ATTEMPTS_ENDED, [JSON.stringify(attemptsEnded.map(attemptRow))]),
    events.length === 0 ? [] : sql.query<{ id: number }>(EVENTS, [JSON.stringify(events.map(eventRow))]),
    xcoms.length === 0 ? 0 : sql.execute(XCOMS, [JSON.stringify(xcoms.map(xcomRow))]),
  ]);
  if (changedRuns.length !== runs.length) {
    const unchanged = new Set(changedRuns.map((row) => row.id));
    throw new RunsChangedMeanwhile(runs.map((run) => run.id).filter((id) => !unchanged.has(id)));
  }
  // Whoever changes a task instance bumps its run's version, so this is somebody who did not; which run it was is not known.
  if (changedInstances[0]?.n !== instances.length) throw new RunsChangedMeanwhile(runs.map((run) => run.id));
  return eventIds.map((row) => row.id);
}

function runRow(run: RunChange): object {
  return {
    id: run.id,
    version: run.version,
    state: run.state,
    queued_at: run.queuedAt,
    start_date: run.startDate,
    end_date: run.endDate,
    decided_at: run.decidedAt,
  };
}

function instanceRow(instance: InstanceChange): object {
  return {
    id: instance.id,
    from_attempt_id: instance.fromAttemptId,
    from_state: instance.fromState,
    state: instance.state,
    attempt_id: instance.attemptId,
    try_number: instance.tryNumber,
    max_tries: instance.maxTries,
    scheduled_at: instance.scheduledAt,
    queued_at: instance.queuedAt,
    start_date: instance.startDate,
    end_date: instance.endDate,
    not_before: instance.notBefore,
    error: instance.error,
    hostname: instance.hostname,
    pid: instance.pid,
  };
}

function attemptRow(end: AttemptEnd): object {
  return { attempt_id: end.attemptId, ended_at: end.endedAt, outcome: end.outcome, error: end.error };
}

function eventRow(event: EventRow, n: number): object {
  return {
    n,
    at: event.at,
    dag_id: event.dagId,
    dag_run_id: event.dagRunId,
    task_instance_id: event.taskInstanceId,
    attempt_id: event.attemptId,
    from_state: event.fromState,
    to_state: event.toState,
    try_number: event.tryNumber,
    reason: event.reason,
  };
}

function xcomRow(xcom: XcomRow): object {
  return { task_instance_id: xcom.taskInstanceId, key: xcom.key, value: xcom.value };
}
