import type { Instant, LoadError, SerializedDag, SerializedSchedule, TimetableDate } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** How many dates are asked for at a time, and below how many more are asked for. */
export const TIMETABLE_AHEAD = 64;
const LOW = 16;

/** Whether runs come at dates that functions of the file name. */
export function hasTimetable(schedule: SerializedSchedule): boolean {
  return schedule.kind === "custom" || (schedule.kind === "assets_or_time" && schedule.time.kind === "custom");
}

/** A Dag whose timetable has to be asked for dates. */
export interface ThirstyTimetable {
  readonly dagId: string;
  readonly versionId: number;
  readonly bundleHash: string;
  readonly file: string;
  readonly dag: SerializedDag;
  /** The dates that are there are of another version: these are the first ones. */
  readonly isNew: boolean;
  /** The last of the dates that are there, else that of the newest run made by schedule or backfill; null: there is none. */
  readonly last: Pick<TimetableDate, "dataIntervalStart" | "dataIntervalEnd"> | null;
}

/** The Dags whose timetables are new or whose dates run low. */
export async function listThirstyTimetables(sql: Sql): Promise<readonly ThirstyTimetable[]> {
  const rows = await sql.query<
    Omit<ThirstyTimetable, "last"> & { readonly last_start: Instant | null; readonly last_end: Instant | null }
  >(
    `select d.dag_id as "dagId", v.id as "versionId", v.bundle_hash as "bundleHash", d.relative_fileloc as file, v.serialized as dag,
       d.timetable_version_id is distinct from v.id as "isNew",
       coalesce(t.data_interval_start, l.data_interval_start) as last_start, coalesce(t.data_interval_end, l.data_interval_end) as last_end
     from dag d join dag_version v on v.id = d.current_version_id
     left join lateral (
       select data_interval_start, data_interval_end from timetable_date t
       where t.dag_id = d.dag_id and d.timetable_version_id = v.id order by logical_date desc limit 1
     ) t on true
     left join lateral (
       select data_interval_start, data_interval_end from dag_run r
       where r.dag_id = d.dag_id and r.run_type in ('scheduled', 'backfill') order by r.logical_date desc nulls last limit 1
     ) l on true
     where d.has_timetable and not d.is_stale and (
       d.timetable_version_id is distinct from v.id
       or (not d.timetable_ended and (select count(*) from timetable_date c where c.dag_id = d.dag_id) < $1))
     order by d.dag_id`,
    [LOW],
  );
  return rows.map(({ last_start: start, last_end: end, ...row }) => ({
    ...row,
    last: start === null || end === null ? null : { dataIntervalStart: start, dataIntervalEnd: end },
  }));
}

/**
 * Stores dates that a timetable named, and when the Dag runs next. Call it in a transaction. Where the Dag has another version by now, or somebody else has stored
 * dates behind the same last one, they are dropped: those are asked for by themselves.
 * @returns whether they were stored
 */
export async function storeTimetableDates(
  sql: Sql,
  asked: ThirstyTimetable,
  dates: readonly TimetableDate[],
  ended: boolean,
): Promise<boolean> {
  const [dag] = await sql.query<{ version: number | null; of: number | null }>(
    `select current_version_id as version, timetable_version_id as of from dag where dag_id = $1 for no key update`,
    [asked.dagId],
  );
  if (dag?.version !== asked.versionId || (dag.of !== asked.versionId) !== asked.isNew) return false;
  if (asked.isNew) await sql.execute(`delete from timetable_date where dag_id = $1`, [asked.dagId]);
  else {
    const [newest] = await sql.query<{ start: Instant }>(
      `select data_interval_start as start from timetable_date where dag_id = $1 order by logical_date desc limit 1`,
      [asked.dagId],
    );
    if (newest !== undefined && newest.start !== asked.last?.dataIntervalStart) return false;
  }
  await sql.execute(
    `insert into timetable_date (dag_id, logical_date, data_interval_start, data_interval_end, run_after)
     select $1, g."logicalDate", g."dataIntervalStart", g."dataIntervalEnd", g."runAfter"
     from jsonb_to_recordset($2::jsonb) as g("logicalDate" timestamptz, "dataIntervalStart" timestamptz, "dataIntervalEnd" timestamptz,
       "runAfter" timestamptz)
     on conflict (dag_id, logical_date) do nothing`,
    [asked.dagId, JSON.stringify(dates)],
  );
  await sql.execute(`update dag set timetable_version_id = $2, timetable_ended = $3 where dag_id = $1`, [
    asked.dagId,
    asked.versionId,
    ended,
  ]);
  await showNextTimetableDate(sql, asked.dagId);
  await sql.execute(`delete from import_error where dag_id = $1 and code = 'dag_file.timetable_failed'`, [asked.dagId]);
  return true;
}

/** Writes the first date that is there as the Dag's next run. */
export async function showNextTimetableDate(sql: Sql, dagId: string): Promise<void> {
  await sql.execute(
    `update dag d set next_logical_date = t.logical_date, next_data_interval_start = t.data_interval_start,
       next_data_interval_end = t.data_interval_end, next_run_after = t.run_after
     from (select 1) one left join lateral (
       select logical_date, data_interval_start, data_interval_end, run_after from timetable_date
       where dag_id = $1 order by logical_date limit 1
     ) t on true
     where d.dag_id = $1`,
    [dagId],
  );
}

/** Forgets what the timetable of a version that is no longer the Dag's named, and that it failed. */
export async function forgetTimetable(sql: Sql, dag: SerializedDag): Promise<void> {
  await sql.execute(`delete from import_error where dag_id = $1 and code = 'dag_file.timetable_failed'`, [dag.dagId]);
  if (!hasTimetable(dag.schedule)) return;
  await sql.execute(`delete from timetable_date where dag_id = $1`, [dag.dagId]);
  await sql.execute(`update dag set timetable_version_id = null, timetable_ended = false where dag_id = $1`, [
    dag.dagId,
  ]);
  await showNextTimetableDate(sql, dag.dagId);
}

/** The date that is due: with catch-up the first one, else the last of those that have passed. null: none is. */
export async function dueTimetableDate(
  sql: Sql,
  dagId: string,
  catchup: boolean,
  now: Instant,
): Promise<TimetableDate | null> {
  const rows = await sql.query<TimetableDate>(
    `select logical_date as "logicalDate", data_interval_start as "dataIntervalStart", data_interval_end as "dataIntervalEnd",
       run_after as "runAfter"
     from timetable_date where dag_id = $1 and run_after <= $2 order by logical_date ${catchup ? "" : "desc"} limit 1`,
    [dagId, now],
  );
  return rows[0] ?? null;
}

/** Takes out the dates up to one whose run was made, and shows the next. @returns whether they run low */
export async function takeTimetableDates(sql: Sql, dagId: string, made: Instant): Promise<boolean> {
  await sql.execute(`delete from timetable_date where dag_id = $1 and logical_date <= $2`, [dagId, made]);
  await showNextTimetableDate(sql, dagId);
  const rows = await sql.query(
    `select 1 from dag d where d.dag_id = $1 and not d.timetable_ended
       and (select count(*) from timetable_date t where t.dag_id = d.dag_id) < $2`,
    [dagId, LOW],
  );
  return rows.length > 0;
}

/** Shows that a timetable failed among the import errors. The Dag stays as it is: it can be run on request. */
export async function storeTimetableError(sql: Sql, dagId: string, error: LoadError): Promise<void> {
  await sql.execute(`delete from import_error where dag_id = $1 and code = $2 and reason <> $3`, [
    dagId,
    error.code,
    error.reason,
  ]);
  await sql.execute(
    `insert into import_error (relative_fileloc, dag_id, code, reason, fix, line, column_number, trace)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (relative_fileloc, dag_id, code, reason) do update set trace = excluded.trace`,
    [error.file, dagId, error.code, error.reason, error.fix, error.line, error.column, error.trace],
  );
}
