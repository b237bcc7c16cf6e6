import type { Instant, SerializedDag } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { nextRun, type RunDates } from "../domain/schedule/next-run.ts";
import { dueTimetableDate, hasTimetable, showNextTimetableDate, takeTimetableDates } from "./timetables.ts";

/** A Dag whose next run may be due. */
export interface DueDag {
  readonly dagId: string;
  readonly dagVersionId: number;
  readonly dag: SerializedDag;
  /**
   * Worked out anew: without catch-up, time that has passed since has made an earlier interval obsolete. A date of a list stands as it was stored: without
   * catch-up it would be gone the moment it is due. null: there is none any more.
   */
  readonly dates: RunDates | null;
}

interface DueRow extends LastRow {
  readonly dag_id: string;
  readonly current_version_id: number;
  readonly serialized: SerializedDag;
  readonly next_run_after: Instant;
}

interface LastRow {
  readonly data_interval_start: Instant | null;
  readonly data_interval_end: Instant | null;
  readonly run_after: Instant | null;
}

type LastDates = Pick<RunDates, "dataIntervalStart" | "dataIntervalEnd" | "runAfter">;

function lastDates({
  data_interval_start: start,
  data_interval_end: end,
  run_after: runAfter,
}: LastRow): LastDates | null {
  return start === null || end === null || runAfter === null
    ? null
    : { dataIntervalStart: start, dataIntervalEnd: end, runAfter };
}

function nextDates(
  { schedule, startDate, endDate, catchup }: SerializedDag,
  last: LastDates | null,
  now: Instant,
): RunDates | null {
  return nextRun(schedule, { last, startDate, endDate, catchup, now });
}

// The newest run that the schedule or a backfill has made, as on Airflow; runs by hand do not count.
const LAST_SCHEDULED = `
  left join lateral (
    select data_interval_start, data_interval_end, run_after from dag_run r
    where r.dag_id = d.dag_id and r.run_type in ('scheduled', 'backfill') order by r.logical_date desc nulls last limit 1
  ) l on true`;

/**
 * Dags whose next scheduled run is due, locked until the transaction ends; those that another scheduler has locked are left to it. Dags that
 * have as many active runs as they may are left for later: runs are made as they can start, as on Airflow.
 */
export async function lockDueDags(sql: Sql, now: Instant, limit: number): Promise<readonly DueDag[]> {
  const rows = await sql.query<DueRow>(
    `select d.dag_id, d.current_version_id, d.next_run_after, v.serialized, l.data_interval_start, l.data_interval_end, l.run_after
     from dag d join dag_version v on v.id = d.current_version_id
     cross join lateral (
       select count(*) as active_runs from dag_run r where r.dag_id = d.dag_id and r.state in ('queued', 'running') and r.backfill_id is null
     ) c
     ${LAST_SCHEDULED}
     where not d.is_paused and not d.is_stale and d.next_run_after <= $1 and c.active_runs < v.max_active_runs
     order by d.next_run_after limit $2
     for no key update of d skip locked`,
    [now, limit],
  );
  const due: DueDag[] = [];
  for (const row of rows) {
    const { dag_id: dagId, current_version_id: dagVersionId, serialized: dag } = row;
    due.push({ dagId, dagVersionId, dag, dates: await dueDates(sql, row, now) });
  }
  return due;
}

/** Only a Dag with a timetable of its own costs a further look. */
async function dueDates(sql: Sql, row: DueRow, now: Instant): Promise<RunDates | null> {
  const { dag_id: dagId, serialized: dag } = row;
  if (hasTimetable(dag.schedule)) return dueTimetableDate(sql, dagId, dag.catchup, now);
  return dag.schedule.kind === "dates" ? pointAt(row.next_run_after) : nextDates(dag, lastDates(row), now);
}

function pointAt(moment: Instant): RunDates {
  return { logicalDate: moment, dataIntervalStart: moment, dataIntervalEnd: moment, runAfter: moment };
}

/**
 * Writes when a Dag runs next.
 * @param last dates of the newest run that its schedule has made
 * @returns whether the dates that its own timetable named run low
 */
export async function storeNextRun(sql: Sql, dag: SerializedDag, last: RunDates, now: Instant): Promise<boolean> {
  if (hasTimetable(dag.schedule)) return takeTimetableDates(sql, dag.dagId, last.logicalDate);
  await storeDates(sql, dag.dagId, nextDates(dag, last, now));
  return false;
}

/** Writes the next run of a Dag that was thought to be due and is not. */
export async function storeNotDue(sql: Sql, { dag, dates }: DueDag): Promise<void> {
  await (hasTimetable(dag.schedule) ? showNextTimetableDate(sql, dag.dagId) : storeDates(sql, dag.dagId, dates));
}

/** Writes a Dag's next run as it was worked out. */
async function storeDates(sql: Sql, dagId: string, next: RunDates | null): Promise<void> {
  await sql.execute(
    `update dag set next_logical_date = $2, next_data_interval_start = $3, next_data_interval_end = $4, next_run_after = $5 where dag_id = $1`,
    [
      dagId,
      next?.logicalDate ?? null,
      next?.dataIntervalStart ?? null,
      next?.dataIntervalEnd ?? null,
      next?.runAfter ?? null,
    ],
  );
}

/** When the next scheduled run of any Dag is due; null where none is. */
export async function nextDueAt(sql: Sql): Promise<Instant | null> {
  const rows = await sql.query<{ next: Instant | null }>(
    `select min(next_run_after) as next from dag where not is_paused and not is_stale`,
  );
  return rows[0]?.next ?? null;
}
