import type { Instant, TaskInstanceState } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** An attempt with its task instance, as the doors of workers see it. */
export interface AttemptRow {
  readonly attemptId: string;
  readonly taskInstanceId: number;
  readonly dagRunId: number;
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly tryNumber: number;
  readonly maxTries: number;
  /** Whether it is its task instance's current one. */
  readonly isCurrent: boolean;
  /** The task instance's state. */
  readonly state: TaskInstanceState | null;
  readonly startDate: Instant | null;
  readonly hostname: string;
  readonly pid: number | null;
  readonly versionNumber: number;
  readonly bundleHash: string;
  readonly endedAt: Instant | null;
  /** The state that its end gave the task instance. */
  readonly outcome: string | null;
  readonly errorKind: string | null;
}

/** An attempt by its id; undefined where there never was one. */
export async function findAttempt(sql: Sql, attemptId: string): Promise<AttemptRow | undefined> {
  const [row] = await sql.query<AttemptRow>(
    `select a.attempt_id as "attemptId", t.id as "taskInstanceId", t.dag_run_id as "dagRunId", t.dag_id as "dagId", r.run_id as "runId",
       t.task_id as "taskId", t.map_index as "mapIndex", a.try_number as "tryNumber", t.max_tries as "maxTries",
       t.attempt_id = a.attempt_id as "isCurrent", t.state, t.start_date as "startDate", t.hostname, t.pid, v.version_number as "versionNumber", v.bundle_hash as "bundleHash",
       a.ended_at as "endedAt", a.outcome, a.error->>'kind' as "errorKind"
     from task_attempt a join task_instance t on t.id = a.task_instance_id join dag_run r on r.id = t.dag_run_id
     join dag_version v on v.id = t.dag_version_id
     where a.attempt_id = $1`,
    [attemptId],
  );
  return row;
}

/** A queued attempt that a worker was given. */
export interface ClaimedAttempt {
  readonly attemptId: string;
  readonly dagRunId: number;
}

/**
 * Hands out queued attempts of some queues, the most urgent first, each to one caller: what another one is being given at the same moment is passed
 * over. One that was given before and not started for so long is given again.
 */
export async function claimQueued(
  sql: Sql,
  queues: readonly string[],
  limit: number,
  againAfterSeconds: number,
): Promise<readonly ClaimedAttempt[]> {
  return sql.query<ClaimedAttempt>(
    `with chosen as (
       select o.id, t.attempt_id, t.dag_run_id, t.priority_weight, t.queued_at, t.id as task_instance_id
       from outbox o join task_attempt a on a.attempt_id = o.attempt_id
       join task_instance t on t.id = a.task_instance_id and t.attempt_id = a.attempt_id
       where o.kind = 'dispatch' and t.state = 'queued' and t.queue = any($1::text[])
         and (o.sent_at is null or o.sent_at < clock_timestamp() - make_interval(secs => $3))
       order by t.priority_weight desc, t.queued_at, t.id
       limit $2 for update of o skip locked
     ), sent as (
       update outbox o set sent_at = clock_timestamp() from chosen c where o.id = c.id
     )
     select attempt_id as "attemptId", dag_run_id as "dagRunId" from chosen order by priority_weight desc, queued_at, task_instance_id`,
    [queues, limit, againAfterSeconds],
  );
}

/** Which of these attempts may (still) run. */
export async function listRunning(sql: Sql, attemptIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (attemptIds.length === 0) return new Set();
  const rows = await sql.query<{ attempt_id: string }>(
    `select t.attempt_id from task_attempt a
     join task_instance t on t.id = a.task_instance_id and t.attempt_id = a.attempt_id and t.state = 'running'
     where a.attempt_id = any($1::uuid[])`,
    [attemptIds],
  );
  return new Set(rows.map((row) => row.attempt_id));
}

/** What an Airflow Task SDK is to be called with when its wait is over. */
export interface Continuation {
  readonly nextMethod: string;
  /** As the client wrote it. */
  readonly nextKwargs: unknown;
}

/** Keeps what an attempt that begins to wait wants to be called with. */
export async function storeContinuation(
  sql: Sql,
  taskInstanceId: number,
  attemptId: string,
  { nextMethod, nextKwargs }: Continuation,
): Promise<void> {
  await sql.execute(
    `insert into continuation (task_instance_id, attempt_id, next_method, next_kwargs) values ($1, $2, $3, $4::json)
     on conflict (task_instance_id) do update set attempt_id = excluded.attempt_id, next_method = excluded.next_method,
       next_kwargs = excluded.next_kwargs`,
    [taskInstanceId, attemptId, nextMethod, JSON.stringify(nextKwargs ?? {})],
  );
}

/** What a task instance that goes on after a wait is to be called with; undefined where it begins. */
export async function findContinuation(sql: Sql, taskInstanceId: number): Promise<Continuation | undefined> {
  const [row] = await sql.query<Continuation>(
    `select c.next_method as "nextMethod", c.next_kwargs as "nextKwargs" from continuation c
     join task_instance t on t.id = c.task_instance_id and t.carry is not null
     where c.task_instance_id = $1`,
    [taskInstanceId],
  );
  return row;
}
