import type { AttemptError, Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** One try of a task instance: its last attempt that was started, or, for the newest try, the last that was made. */
export interface TryRow {
  readonly attemptId: string;
  readonly tryNumber: number;
  /** The end state of the attempt; null while it is open. */
  readonly outcome: string | null;
  readonly queuedAt: Instant;
  /** When the try began: before its waits, where it had some. */
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly hostname: string | null;
  readonly pid: number | null;
  readonly error: AttemptError | null;
  /** Airflow's `max_tries` when it was made. */
  readonly maxTries: number | null;
  /** The version of the Dag that it ran on. */
  readonly versionUuid: string | null;
  readonly versionNumber: number | null;
  readonly versionCreatedAt: Instant | null;
}

/** The tries of a task instance that reached a worker, oldest first. */
export async function listTries(sql: Sql, taskInstanceId: number): Promise<readonly TryRow[]> {
  return sql.query<TryRow>(
    `select distinct on (a.try_number) a.attempt_id as "attemptId", a.try_number as "tryNumber", a.outcome, a.queued_at as "queuedAt",
       least(a.started_at, (select min(b.started_at) from task_attempt b where b.task_instance_id = a.task_instance_id
         and b.try_number = a.try_number and b.outcome in ('deferred', 'awaiting_input', 'up_for_reschedule'))) as "startedAt", a.ended_at as "endedAt", a.hostname, a.pid, a.error, a.max_tries as "maxTries",
       v.uuid as "versionUuid", v.version_number as "versionNumber", v.created_at as "versionCreatedAt"
     from task_attempt a left join dag_version v on v.id = a.dag_version_id where a.task_instance_id = $1
     order by a.try_number, a.started_at is null, a.dispatch_sequence desc`,
    [taskInstanceId],
  );
}
