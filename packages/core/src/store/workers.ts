import type { Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import type { WorkerOffer } from "../domain/limits/places.ts";

/** What a worker tells of itself. */
export interface WorkerFacts {
  /** This start of this worker (uuid). */
  readonly workerId: string;
  readonly hostname: string;
  readonly pid: number;
  readonly queues: readonly string[];
  /** Most attempts at a time. */
  readonly parallelism: number;
  /** How many more it takes now. */
  readonly free: number;
  /** Windlass's version there. */
  readonly version: string;
}

/** A worker as lists show it. */
export interface WorkerRow extends WorkerFacts {
  readonly startedAt: Instant;
  readonly lastSeenAt: Instant;
  readonly isAlive: boolean;
}

/** A worker that has been silent for so long is not counted on. */
const WORKER_SILENCE_SECONDS = 60;

/** Gives a worker's sign of life. @returns whether it is the first one */
export async function noteWorker(sql: Sql, worker: WorkerFacts): Promise<boolean> {
  const { workerId, hostname, pid, queues, parallelism, free, version } = worker;
  const details = { pid, queues, parallelism, free, version };
  const [row] = await sql.query<{ isNew: boolean }>(
    `insert into service_heartbeat (instance_id, service, boot_id, hostname, details) values ($1, 'worker', $1, $2, $3)
     on conflict (instance_id, service) do update set last_seen_at = clock_timestamp(), hostname = excluded.hostname, details = excluded.details
     returning xmax = 0 as "isNew"`,
    [workerId, hostname, JSON.stringify(details)],
  );
  return row?.isNew === true;
}

/** A worker has stopped in good order. */
export async function forgetWorker(sql: Sql, workerId: string): Promise<void> {
  await sql.execute(`delete from service_heartbeat where instance_id = $1 and service = 'worker'`, [workerId]);
}

/** Every worker that was heard of within a day. */
export async function listWorkers(sql: Sql): Promise<readonly WorkerRow[]> {
  const rows = await sql.query<{
    instance_id: string;
    hostname: string;
    details: Omit<WorkerFacts, "workerId" | "hostname">;
    started_at: Instant;
    last_seen_at: Instant;
    is_alive: boolean;
  }>(
    `select instance_id, hostname, details, started_at, last_seen_at,
       last_seen_at > clock_timestamp() - make_interval(secs => $1) as is_alive
     from service_heartbeat where service = 'worker' order by started_at, instance_id`,
    [WORKER_SILENCE_SECONDS],
  );
  return rows.map((row) => ({
    workerId: row.instance_id,
    hostname: row.hostname,
    ...row.details,
    startedAt: row.started_at,
    lastSeenAt: row.last_seen_at,
    isAlive: row.is_alive,
  }));
}

/** A queue that living workers serve. */
export interface ServedQueue extends WorkerOffer {
  readonly workers: number;
}

/** The queues that living workers serve. */
export async function listServedQueues(sql: Sql): Promise<readonly ServedQueue[]> {
  return sql.query<ServedQueue>(
    `select q.queue, count(*) as workers, sum((h.details->>'free')::integer) as free,
       (select count(*) from task_instance t where t.state = 'queued' and t.queue = q.queue) as waiting
     from service_heartbeat h cross join lateral jsonb_array_elements_text(h.details->'queues') as q(queue)
     where h.service = 'worker' and h.last_seen_at > clock_timestamp() - make_interval(secs => $1)
     group by q.queue order by q.queue`,
    [WORKER_SILENCE_SECONDS],
  );
}
