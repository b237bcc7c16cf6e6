import type { Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** Who starts an attempt. A repeated start with the same four is the same request. */
export interface AttemptStart {
  readonly attemptId: string;
  readonly hostname: string;
  /** The system's user. @defaultValue none */
  readonly unixname?: string;
  readonly pid: number;
  readonly startDate: Instant;
  readonly bootId: string | null;
}

/** What a start was answered with. */
export type StartAnswer =
  /** It may run; `again` where the same start had been granted before. */
  | { readonly kind: "started"; readonly dagRunId: number; readonly again: boolean }
  /** It is running under somebody else, or over, or no longer the current attempt: do not run it. */
  | { readonly kind: "refused" };

/**
 * Starts a queued attempt (the execution API's `/run`): it is running from here on and holds a lease by the database's clock. Bumps the run's version,
 * so a scheduler that holds the run reloads it. Call it in a transaction.
 */
export async function startAttempt(sql: Sql, start: AttemptStart, leaseSeconds: number): Promise<StartAnswer> {
  // The run before its task instance: the order in which the scheduler locks.
  const [run] = await sql.query<{ id: number; dag_id: string }>(
    `select r.id, r.dag_id from dag_run r
     where r.id = (select t.dag_run_id from task_attempt a join task_instance t on t.id = a.task_instance_id where a.attempt_id = $1)
     for no key update`,
    [start.attemptId],
  );
  if (!run) return { kind: "refused" };
  const [started] = await sql.query<{ id: number; try_number: number }>(
    `with changed as (
       update task_instance t set state = 'running', start_date = coalesce(t.start_date, $4), hostname = $2, pid = $3, unixname = $9,
         lease_until = clock_timestamp() + make_interval(secs => $6), updated_at = clock_timestamp()
       from task_attempt a
       where a.attempt_id = $1 and t.id = a.task_instance_id and t.attempt_id = a.attempt_id and t.state = 'queued'
       returning t.id, t.try_number
     ), attempt as (
       update task_attempt set started_at = $4, hostname = $2, pid = $3, boot_id = $5
       where attempt_id = $1 and exists (select 1 from changed)
     ), announced as (
       delete from outbox where attempt_id = $1 and exists (select 1 from changed)
     ), version as (
       update dag_run set version = version + 1, updated_at = clock_timestamp() where id = $7 and exists (select 1 from changed)
     ), noted as (
       insert into event (at, dag_id, dag_run_id, task_instance_id, attempt_id, from_state, to_state, try_number, reason)
       select $4, $8, $7, id, $1, 'queued', 'running', try_number, 'attempt_started' from changed
     )
     select id, try_number from changed`,
    [
      start.attemptId,
      start.hostname,
      start.pid,
      start.startDate,
      start.bootId,
      leaseSeconds,
      run.id,
      run.dag_id,
      start.unixname ?? "",
    ],
  );
  if (started) return { kind: "started", dagRunId: run.id, again: false };
  const [same] = await sql.query(
    `select 1 from task_attempt a join task_instance t on t.id = a.task_instance_id and t.attempt_id = a.attempt_id
     where a.attempt_id = $1 and a.hostname = $2 and a.pid = $3 and a.started_at = $4 and t.state = 'running'`,
    [start.attemptId, start.hostname, start.pid, start.startDate],
  );
  return same ? { kind: "started", dagRunId: run.id, again: true } : { kind: "refused" };
}

/**
 * Extends the leases of running attempts, all in one statement, by the database's clock. A lease that is over is not revived: somebody may have found
 * it already and be about to commit what follows, while the attempt would take itself for safe and run beside the next one.
 * @returns the attempts that still have permission; the processes of the others are to be ended
 */
export async function renewLeases(
  sql: Sql,
  attemptIds: readonly string[],
  leaseSeconds: number,
): Promise<readonly string[]> {
  if (attemptIds.length === 0) return [];
  const rows = await sql.query<{ attempt_id: string }>(
    `update task_instance t set lease_until = clock_timestamp() + make_interval(secs => $2)
     from task_attempt a
     where a.attempt_id = any($1::uuid[]) and t.id = a.task_instance_id and t.attempt_id = a.attempt_id and t.state = 'running'
       and t.lease_until > clock_timestamp()
     returning t.attempt_id`,
    [attemptIds, leaseSeconds],
  );
  return rows.map((row) => row.attempt_id);
}

/** An attempt that somebody has to decide about. */
export interface OpenAttempt {
  readonly attemptId: string;
  readonly dagRunId: number;
}

/** Running attempts whose lease is over by more than the margin. What follows is decided and committed as any report is: against the run's version. */
export async function listExpiredLeases(
  sql: Sql,
  marginSeconds: number,
  limit: number,
): Promise<readonly OpenAttempt[]> {
  const rows = await sql.query<{ attempt_id: string; dag_run_id: number }>(
    `select attempt_id, dag_run_id from task_instance
     where state = 'running' and lease_until < clock_timestamp() - make_interval(secs => $1) order by lease_until limit $2`,
    [marginSeconds, limit],
  );
  return rows.map(openAttempt);
}

/** Running attempts that a supervisor of this data folder started and an earlier boot of it left behind: nobody runs them any more. */
export async function listAttemptsOfBoots(sql: Sql, deadBootIds: readonly string[]): Promise<readonly OpenAttempt[]> {
  if (deadBootIds.length === 0) return [];
  const rows = await sql.query<{ attempt_id: string; dag_run_id: number }>(
    `select t.attempt_id, t.dag_run_id from task_instance t join task_attempt a on a.attempt_id = t.attempt_id
     where t.state = 'running' and a.boot_id = any($1::uuid[])`,
    [deadBootIds],
  );
  return rows.map(openAttempt);
}

/** The queues whose task instances the executor of a process takes: those named, and, unless null, all but those listed. */
export interface LocalQueues {
  readonly named: readonly string[];
  readonly allBut: readonly string[] | null;
}

/**
 * Queued attempts that nobody has started for so long, and that no worker was given meanwhile. Those of queues that only workers take are left alone:
 * they wait for a worker, however long that takes.
 */
export async function listStuckQueued(
  sql: Sql,
  olderThanSeconds: number,
  limit: number,
  { named, allBut }: LocalQueues,
): Promise<readonly OpenAttempt[]> {
  const rows = await sql.query<{ attempt_id: string; dag_run_id: number }>(
    `select t.attempt_id, t.dag_run_id from task_instance t
     where t.state = 'queued' and t.updated_at < clock_timestamp() - make_interval(secs => $1)
       and (t.queue = any($3::text[]) or not t.queue = any($4::text[]))
       and not exists (
         select 1 from outbox o where o.attempt_id = t.attempt_id and o.sent_at > clock_timestamp() - make_interval(secs => $1)
       )
     order by t.id limit $2`,
    [olderThanSeconds, limit, named, allBut],
  );
  return rows.map(openAttempt);
}

function openAttempt(row: { attempt_id: string; dag_run_id: number }): OpenAttempt {
  return { attemptId: row.attempt_id, dagRunId: row.dag_run_id };
}

/** Records reports that came from attempts without permission: they changed nothing. */
export async function insertLateReports(
  sql: Sql,
  reports: readonly { readonly attemptId: string; readonly report: string }[],
): Promise<void> {
  if (reports.length === 0) return;
  await sql.execute(`insert into late_report (attempt_id, report) select * from unnest($1::uuid[], $2::text[])`, [
    reports.map((each) => each.attemptId),
    reports.map((each) => each.report),
  ]);
}

/** Task instances that were cleared while they ran and whose process has not been heard of since. */
export async function listStuckRestarting(
  sql: Sql,
  olderThanSeconds: number,
  limit: number,
): Promise<readonly OpenAttempt[]> {
  const rows = await sql.query<{ attempt_id: string; dag_run_id: number }>(
    `select attempt_id, dag_run_id from task_instance
     where state = 'restarting' and updated_at < clock_timestamp() - make_interval(secs => $1) order by id limit $2`,
    [olderThanSeconds, limit],
  );
  return rows.map(openAttempt);
}
