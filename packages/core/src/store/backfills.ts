import { invariant, type Instant, type JsonObject, type RunState } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import type { BackfillExceptionReason, ReprocessBehavior } from "../domain/backfill/reprocess.ts";

/** A backfill to be made. */
export interface NewBackfill {
  readonly dagId: string;
  readonly fromDate: Instant;
  readonly toDate: Instant;
  readonly conf: JsonObject | null;
  readonly reprocessBehavior: ReprocessBehavior;
  readonly runBackwards: boolean;
  readonly maxActiveRuns: number;
  readonly at: Instant;
  readonly triggeringUser: string | null;
}

/** A backfill as actions see it. */
export interface StoredBackfill {
  readonly id: number;
  readonly dagId: string;
  readonly isPaused: boolean;
  readonly completedAt: Instant | null;
}

/** One date of a backfill: its run, or why it has none. */
export interface BackfillDate {
  readonly ordinal: number;
  readonly logicalDate: Instant;
  readonly dagRunId: number | null;
  readonly exceptionReason: BackfillExceptionReason | null;
}

/** Makes a backfill, unless its Dag has an active one. @returns its id; undefined: there is an active one */
export async function insertBackfill(sql: Sql, backfill: NewBackfill): Promise<number | undefined> {
  const rows = await sql.query<{ id: number }>(
    `insert into backfill (dag_id, from_date, to_date, dag_run_conf, reprocess_behavior, run_backwards, max_active_runs, created_at, updated_at,
       triggering_user)
     values ($1, $2, $3, $4::json, $5, $6, $7, $8, $8, $9)
     on conflict (dag_id) where completed_at is null do nothing returning id`,
    [
      backfill.dagId,
      backfill.fromDate,
      backfill.toDate,
      backfill.conf === null ? null : JSON.stringify(backfill.conf),
      backfill.reprocessBehavior,
      backfill.runBackwards,
      backfill.maxActiveRuns,
      backfill.at,
      backfill.triggeringUser,
    ],
  );
  return rows[0]?.id;
}

/** Writes what became of each date of a backfill. */
export async function insertBackfillDates(sql: Sql, backfillId: number, dates: readonly BackfillDate[]): Promise<void> {
  await sql.execute(
    `insert into backfill_dag_run (backfill_id, sort_ordinal, logical_date, dag_run_id, exception_reason)
     select $1, g.ordinal, g."logicalDate", g."dagRunId", g."exceptionReason"
     from jsonb_to_recordset($2::jsonb) as g(ordinal integer, "logicalDate" timestamptz, "dagRunId" bigint, "exceptionReason" text)`,
    [backfillId, JSON.stringify(dates)],
  );
}

const COLUMNS = `id, dag_id as "dagId", is_paused as "isPaused", completed_at as "completedAt"`;

/** A backfill by its id. @param lock whether others must wait with changing it until the transaction ends */
export async function findBackfill(sql: Sql, id: number, lock = false): Promise<StoredBackfill | undefined> {
  const rows = await sql.query<StoredBackfill>(
    `select ${COLUMNS} from backfill where id = $1 ${lock ? "for update" : ""}`,
    [id],
  );
  return rows[0];
}

/** The active backfill of a Dag. */
export async function findActiveBackfill(sql: Sql, dagId: string): Promise<StoredBackfill | undefined> {
  const rows = await sql.query<StoredBackfill>(
    `select ${COLUMNS} from backfill where dag_id = $1 and completed_at is null`,
    [dagId],
  );
  return rows[0];
}

/** Writes whether a backfill is paused, and that it is completed where it is. */
export async function changeBackfill(
  sql: Sql,
  id: number,
  change: { readonly isPaused: boolean; readonly completedAt: Instant | null; readonly at: Instant },
): Promise<void> {
  await sql.execute(`update backfill set is_paused = $2, completed_at = $3, updated_at = $4 where id = $1`, [
    id,
    change.isPaused,
    change.completedAt,
    change.at,
  ]);
}

/** Completes the active backfills all of whose runs are over. @returns how many */
export async function completeFinishedBackfills(sql: Sql, now: Instant): Promise<number> {
  return sql.execute(
    `update backfill b set completed_at = $1, updated_at = $1
     where b.completed_at is null
       and not exists (select 1 from dag_run r where r.backfill_id = b.id and r.state in ('queued', 'running'))`,
    [now],
  );
}

/** A run of a Dag at one of some logical dates. */
export interface RunAtDate {
  readonly id: number;
  readonly runId: string;
  readonly logicalDate: Instant;
  readonly state: RunState;
}

/** The runs that a Dag has at these logical dates. @param lock whether others must wait with changing them until the transaction ends */
export async function listRunsAt(
  sql: Sql,
  dagId: string,
  dates: readonly Instant[],
  lock: boolean,
): Promise<readonly RunAtDate[]> {
  return sql.query<RunAtDate>(
    `select id, run_id as "runId", logical_date as "logicalDate", state from dag_run
     where dag_id = $1 and logical_date = any($2::timestamptz[]) order by id ${lock ? "for update" : ""}`,
    [dagId, dates],
  );
}

/** Makes runs that are there already part of a backfill. @param given conf and params in place of theirs; null: they keep their own */
export async function adoptRuns(
  sql: Sql,
  backfillId: number,
  runIds: readonly number[],
  given: { readonly conf: JsonObject; readonly params: JsonObject } | null,
): Promise<void> {
  await sql.execute(
    `update dag_run set backfill_id = $1, run_type = 'backfill', triggered_by = 'backfill', clear_number = clear_number + 1,
       conf = coalesce($3::json, conf), params = coalesce($4::json, params)
     where id = any($2::bigint[])`,
    [backfillId, runIds, given && JSON.stringify(given.conf), given && JSON.stringify(given.params)],
  );
}

/** Queued runs of a backfill, locked until the transaction ends. */
export async function lockQueuedRunsOf(sql: Sql, backfillId: number): Promise<readonly number[]> {
  const rows = await sql.query<{ id: number }>(
    `select id from dag_run where backfill_id = $1 and state = 'queued' order by id for update`,
    [backfillId],
  );
  return rows.map((row) => row.id);
}

/** What admission asks about backfills: locked, then counted. */
export interface LockedBackfill {
  readonly paused: boolean;
  readonly maxActiveRuns: number;
  readonly runningCount: number;
}

/**
 * Locks backfills of which runs are to start and counts their running runs under the locks. They come behind pools and Dags in the order of locks,
 * and before runs.
 */
export async function lockBackfills(sql: Sql, ids: readonly number[]): Promise<ReadonlyMap<number, LockedBackfill>> {
  if (ids.length === 0) return new Map();
  const [locked, counted] = await Promise.all([
    sql.query<{ id: number; paused: boolean; bound: number }>(
      `select id, is_paused and completed_at is null as paused, max_active_runs as bound from backfill
       where id = any($1::bigint[]) order by id for no key update`,
      [ids],
    ),
    sql.query<{ id: number; running: number }>(
      `select backfill_id as id, count(*) as running from dag_run where backfill_id = any($1::bigint[]) and state = 'running' group by backfill_id`,
      [ids],
    ),
  ]);
  const running = new Map(counted.map((row) => [row.id, row.running]));
  const found = new Map(
    locked.map((row) => [
      row.id,
      { paused: row.paused, maxActiveRuns: row.bound, runningCount: running.get(row.id) ?? 0 },
    ]),
  );
  invariant(found.size === new Set(ids).size, "a run belongs to a backfill that is not there");
  return found;
}
