import type { Instant, JsonObject, RunState } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import type { BackfillExceptionReason, ReprocessBehavior } from "../domain/backfill/reprocess.ts";
import { Conditions, firstOf, type Ordering, type Page, type Paging } from "./conditions.ts";

/** A backfill as lists show it. */
export interface BackfillRow {
  readonly id: number;
  readonly dagId: string;
  readonly dagDisplayName: string;
  readonly fromDate: Instant;
  readonly toDate: Instant;
  readonly conf: JsonObject | null;
  readonly isPaused: boolean;
  readonly reprocessBehavior: ReprocessBehavior;
  readonly runBackwards: boolean;
  readonly maxActiveRuns: number;
  readonly createdAt: Instant;
  readonly completedAt: Instant | null;
  readonly updatedAt: Instant;
  readonly triggeringUser: string | null;
}

/** Columns behind the names. */
export const BACKFILL_SORTS = {
  id: "b.id",
  dagId: "b.dag_id",
  fromDate: "b.from_date",
  toDate: "b.to_date",
  isPaused: "b.is_paused",
  maxActiveRuns: "b.max_active_runs",
  reprocessBehavior: "b.reprocess_behavior",
  createdAt: "b.created_at",
  completedAt: "b.completed_at",
  updatedAt: "b.updated_at",
} as const;

/** By what backfills can be ordered. */
export type BackfillSort = keyof typeof BACKFILL_SORTS;

const COLUMNS = `
  b.id, b.dag_id as "dagId", coalesce(d.display_name, d.dag_id) as "dagDisplayName", b.from_date as "fromDate", b.to_date as "toDate",
  b.dag_run_conf as conf, b.is_paused as "isPaused", b.reprocess_behavior as "reprocessBehavior", b.run_backwards as "runBackwards",
  b.max_active_runs as "maxActiveRuns", b.created_at as "createdAt", b.completed_at as "completedAt", b.updated_at as "updatedAt",
  b.triggering_user as "triggeringUser"`;
const FROM = "from backfill b join dag d on d.dag_id = b.dag_id";

/** Backfills of a Dag. */
export async function listBackfills(
  sql: Sql,
  dagId: string,
  ordering: Ordering<BackfillSort>,
  paging: Paging,
): Promise<Page<BackfillRow>> {
  const [count] = await sql.query<{ total: number }>("select count(*) as total from backfill where dag_id = $1", [
    dagId,
  ]);
  const total = count?.total ?? 0;
  if (paging.limit === 0) return { rows: [], total };
  const conditions = new Conditions().anyOf("b.dag_id", [dagId]);
  const where = conditions.where();
  const page = conditions.page(BACKFILL_SORTS, ordering, "b.id", paging);
  return { rows: await sql.query<BackfillRow>(`select ${COLUMNS} ${FROM} ${where} ${page}`, conditions.params), total };
}

/** One backfill; undefined where there is none. Rights are the caller's affair. */
export async function findBackfill(sql: Sql, id: number): Promise<BackfillRow | undefined> {
  return firstOf(await sql.query<BackfillRow>(`select ${COLUMNS} ${FROM} where b.id = $1`, [id]));
}

/** One date of a backfill with what became of it. */
export interface BackfillDateRow {
  readonly ordinal: number;
  readonly logicalDate: Instant;
  /** null: it has no run of this backfill, or the run was deleted. */
  readonly runId: string | null;
  readonly state: RunState | null;
  readonly exceptionReason: BackfillExceptionReason | null;
}

/** The dates of a backfill, in its order. */
export async function listBackfillDates(sql: Sql, id: number, paging: Paging): Promise<Page<BackfillDateRow>> {
  const [count] = await sql.query<{ total: number }>(
    "select count(*) as total from backfill_dag_run where backfill_id = $1",
    [id],
  );
  const rows = await sql.query<BackfillDateRow>(
    `select o.sort_ordinal as ordinal, o.logical_date as "logicalDate", r.run_id as "runId", r.state, o.exception_reason as "exceptionReason"
     from backfill_dag_run o left join dag_run r on r.id = o.dag_run_id
     where o.backfill_id = $1 order by o.sort_ordinal limit $2 offset $3`,
    [id, paging.limit, paging.offset],
  );
  return { rows, total: count?.total ?? 0 };
}

/** How far a backfill is: its runs by state, and the dates that got none by their reason. */
export interface BackfillProgress {
  readonly runs: Readonly<Record<RunState, number>>;
  readonly leftOut: Readonly<Record<BackfillExceptionReason, number>>;
  /** Dates whose run was deleted. */
  readonly deleted: number;
  readonly total: number;
}

/** Counts the dates of a backfill by what became of them. */
export async function readBackfillProgress(sql: Sql, id: number): Promise<BackfillProgress> {
  const rows = await sql.query<{ state: RunState | null; reason: BackfillExceptionReason | null; dates: number }>(
    `select r.state, o.exception_reason as reason, count(*) as dates
     from backfill_dag_run o left join dag_run r on r.id = o.dag_run_id where o.backfill_id = $1 group by 1, 2`,
    [id],
  );
  const runs = { queued: 0, running: 0, success: 0, failed: 0 };
  const leftOut = { "in flight": 0, "already exists": 0, unknown: 0 };
  let deleted = 0;
  for (const { state, reason, dates } of rows) {
    if (reason !== null) leftOut[reason] += dates;
    else if (state === null) deleted += dates;
    else runs[state] += dates;
  }
  return { runs, leftOut, deleted, total: rows.reduce((sum, { dates }) => sum + dates, 0) };
}
