import type { AttemptError, AttemptRun, CallbackSubject, Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** A callback that whoever claimed it is to run. */
export interface ClaimedCallback {
  readonly id: number;
  /** Names its log. */
  readonly uuid: string;
  readonly attemptId: string;
  readonly dagRunId: number;
  readonly index: number;
  readonly dedupeKey: string;
  readonly subject: CallbackSubject;
  readonly delivery: number;
  readonly dagVersionId: number;
  readonly run: AttemptRun;
}

/** How callbacks are claimed. Seconds. */
export interface CallbackClaim {
  readonly now: Instant;
  readonly limit: number;
  readonly leaseSeconds: number;
  /** How long after its end a lease counts as over. */
  readonly marginSeconds: number;
  readonly mostDeliveries: number;
  readonly bootId: string;
  /** As many as `limit`. */
  readonly attemptIds: readonly string[];
}

type ClaimedRow = Omit<ClaimedCallback, "run"> & AttemptRun;

/**
 * Claims callbacks that are due: new ones, those to be tried again, and those whose process was lost. Several schedulers claim beside each other,
 * none the same.
 */
export async function claimCallbacks(sql: Sql, claim: CallbackClaim): Promise<readonly ClaimedCallback[]> {
  if (claim.limit <= 0) return [];
  const rows = await sql.query<ClaimedRow>(
    `with due as (
       select id from callback
       where deliveries < $5 and ((state = 'pending' and not_before <= $1)
         or (state = 'running' and lease_until < clock_timestamp() - make_interval(secs => $4)))
       order by not_before, id limit $2 for update skip locked
     ), numbered as (
       select id, row_number() over (order by id) as n from due
     )
     update callback c set state = 'running', deliveries = c.deliveries + 1, attempt_id = ($7::uuid[])[d.n], boot_id = $6,
       started_at = $1, lease_until = clock_timestamp() + make_interval(secs => $3)
     from numbered d, dag_run r
     where c.id = d.id and r.id = c.dag_run_id
     returning c.id, c.uuid, c.attempt_id as "attemptId", c.dag_run_id as "dagRunId", c.position as index, c.dedupe_key as "dedupeKey",
       c.subject, c.deliveries as delivery, c.dag_version_id as "dagVersionId", r.dag_id as "dagId", r.run_id as "runId",
       r.run_type as "runType", r.triggered_by as "triggeredBy", r.logical_date as "logicalDate",
       r.data_interval_start as "dataIntervalStart", r.data_interval_end as "dataIntervalEnd", r.run_after as "runAfter",
       r.start_date as "startDate", r.conf, r.params, r.partition_key as "partitionKey"`,
    [
      claim.now,
      claim.limit,
      claim.leaseSeconds,
      claim.marginSeconds,
      claim.mostDeliveries,
      claim.bootId,
      claim.attemptIds,
    ],
  );
  return rows
    .map(({ id, uuid, attemptId, dagRunId, index, dedupeKey, subject, delivery, dagVersionId, ...run }) => ({
      ...{ id, uuid, attemptId, dagRunId, index, dedupeKey, subject, delivery, dagVersionId },
      run,
    }))
    .sort((a, b) => a.id - b.id);
}

/** A callback that is not tried again. */
export interface GivenUpCallback {
  readonly dagId: string;
  readonly runId: string;
  readonly dedupeKey: string;
  readonly deliveries: number;
}

/** Gives up callbacks whose process was lost as often as they may be tried. @returns those given up */
export async function giveUpLostCallbacks(
  sql: Sql,
  options: {
    readonly now: Instant;
    readonly marginSeconds: number;
    readonly mostDeliveries: number;
    readonly error: AttemptError;
  },
): Promise<readonly GivenUpCallback[]> {
  return sql.query<GivenUpCallback>(
    `update callback c set state = 'failed', ended_at = $1, lease_until = null, error = $4::json
     from dag_run r
     where r.id = c.dag_run_id and c.deliveries >= $3 and c.state = 'running' and c.lease_until < clock_timestamp() - make_interval(secs => $2)
     returning r.dag_id as "dagId", r.run_id as "runId", c.dedupe_key as "dedupeKey", c.deliveries`,
    [options.now, options.marginSeconds, options.mostDeliveries, JSON.stringify(options.error)],
  );
}

/** The callback has been called. @returns false where the attempt had lost its permission */
export async function completeCallback(sql: Sql, attemptId: string, now: Instant): Promise<boolean> {
  const changed = await sql.execute(
    `update callback set state = 'success', ended_at = $2, lease_until = null, error = null where attempt_id = $1 and state = 'running'`,
    [attemptId, now],
  );
  return changed > 0;
}

/**
 * The call failed. @param again when it is made again; null: never
 * @param counts whether it counts as one of the deliveries there may be
 * @returns false where the attempt had lost its permission
 */
export async function failCallback(
  sql: Sql,
  attemptId: string,
  failure: {
    readonly now: Instant;
    readonly error: AttemptError;
    readonly again: Instant | null;
    readonly counts: boolean;
  },
): Promise<boolean> {
  const { now, error, again, counts } = failure;
  const changed = await sql.execute(
    `update callback set state = case when $4::timestamptz is null then 'failed' else 'pending' end, error = $3::json, lease_until = null,
       not_before = coalesce($4, not_before), ended_at = case when $4::timestamptz is null then $2::timestamptz end,
       deliveries = deliveries - case when $5 then 0 else 1 end
     where attempt_id = $1 and state = 'running'`,
    [attemptId, now, JSON.stringify(error), again, counts],
  );
  return changed > 0;
}

/** Extends the leases of callbacks that run, by the database's clock. @returns the attempts that still have permission */
export async function renewCallbackLeases(
  sql: Sql,
  attemptIds: readonly string[],
  leaseSeconds: number,
): Promise<readonly string[]> {
  if (attemptIds.length === 0) return [];
  const rows = await sql.query<{ attempt_id: string }>(
    `update callback set lease_until = clock_timestamp() + make_interval(secs => $2)
     where attempt_id = any($1::uuid[]) and state = 'running' returning attempt_id`,
    [attemptIds, leaseSeconds],
  );
  return rows.map((row) => row.attempt_id);
}

/** Ends the leases of a boot that is gone, so that its callbacks are claimed without waiting. */
export async function expireCallbacksOfBoot(sql: Sql, bootId: string): Promise<void> {
  await sql.execute(
    `update callback set lease_until = clock_timestamp() - interval '1 hour' where state = 'running' and boot_id = $1`,
    [bootId],
  );
}

/** When the next callback is due that waits for its next delivery; null: none waits. */
export async function nextCallbackAt(sql: Sql): Promise<Instant | null> {
  const [row] = await sql.query<{ at: Instant | null }>(
    `select min(not_before) as at from callback where state = 'pending'`,
  );
  return row?.at ?? null;
}
