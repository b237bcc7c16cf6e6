import type { Instant, SerializedDag } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { nextRun, type RunDates } from "../domain/schedule/next-run.ts";

/** A Dag whose next run is due. */
export interface DueDag {
  readonly dagId: string;
  readonly dagVersionId: number;
  readonly dag: SerializedDag;
  readonly dates: RunDates;
  /** Runs that are queued or running. */
  readonly activeRuns: number;
}

interface DueRow {
  readonly dag_id: string;
  readonly current_version_id: number;
  readonly serialized: SerializedDag;
  readonly next_logical_date: Instant;
  readonly next_data_interval_start: Instant;
  readonly next_data_interval_end: Instant;
  readonly next_run_after: Instant;
  readonly active_runs: number;
}

/**
 * Dags whose next scheduled run is due, locked until the transaction ends; those that another scheduler has locked are left to it. Dags that
 * have as many active runs as they may are left for later: runs are made as they can start, as on Airflow.
 */
export async function lockDueDags(sql: Sql, now: Instant, limit: number): Promise<readonly DueDag[]> {
  const rows = await sql.query<DueRow>(
    `select d.dag_id, d.current_version_id, v.serialized, d.next_logical_date, d.next_data_interval_start, d.next_data_interval_end,
       d.next_run_after, c.active_runs
     from dag d join dag_version v on v.id = d.current_version_id
     cross join lateral (
       select count(*) as active_runs from dag_run r where r.dag_id = d.dag_id and r.state in ('queued', 'running') and r.run_type <> 'backfill'
     ) c
     where not d.is_paused and not d.is_stale and d.next_run_after <= $1 and d.next_logical_date is not null
       and c.active_runs < v.max_active_runs
     order by d.next_run_after limit $2
     for no key update of d skip locked`,
    [now, limit],
  );
  return rows.map((row) => ({
    dagId: row.dag_id,
    dagVersionId: row.current_version_id,
    dag: row.serialized,
    dates: {
      logicalDate: row.next_logical_date,
      dataIntervalStart: row.next_data_interval_start,
      dataIntervalEnd: row.next_data_interval_end,
      runAfter: row.next_run_after,
    },
    activeRuns: row.active_runs,
  }));
}

/** Writes when a Dag runs next, after a run was made (`last`). */
export async function storeNextRun(sql: Sql, dag: SerializedDag, last: RunDates | null, now: Instant): Promise<void> {
  const { startDate, endDate, catchup } = dag;
  const next = nextRun(dag.schedule, { last, startDate, endDate, catchup, now });
  await sql.execute(
    `update dag set next_logical_date = $2, next_data_interval_start = $3, next_data_interval_end = $4, next_run_after = $5 where dag_id = $1`,
    [dag.dagId, next?.logicalDate ?? null, next?.dataIntervalStart ?? null, next?.dataIntervalEnd ?? null, next?.runAfter ?? null],
  );
}

/** Works out anew when a Dag runs next: it was unpaused, and without catch-up only the latest interval counts. Call it in a transaction. */
export async function refreshNextRun(sql: Sql, dagId: string, now: Instant): Promise<void> {
  const [row] = await sql.query<{
    serialized: SerializedDag;
    data_interval_start: Instant | null;
    data_interval_end: Instant | null;
    run_after: Instant | null;
    logical_date: Instant | null;
  }>(
    `select v.serialized, r.data_interval_start, r.data_interval_end, r.run_after, r.logical_date
     from dag d join dag_version v on v.id = d.current_version_id
     left join lateral (
       select data_interval_start, data_interval_end, run_after, logical_date from dag_run r
       where r.dag_id = d.dag_id and r.run_type = 'scheduled' order by r.logical_date desc nulls last limit 1
     ) r on true
     where d.dag_id = $1 and not d.is_stale
     for no key update of d`,
    [dagId],
  );
  if (!row) return;
  const { data_interval_start: start, data_interval_end: end, run_after: runAfter, logical_date: logicalDate } = row;
  const last =
    start === null || end === null || runAfter === null || logicalDate === null
      ? null
      : { dataIntervalStart: start, dataIntervalEnd: end, runAfter, logicalDate };
  await storeNextRun(sql, row.serialized, last, now);
}

/** When the next scheduled run of any Dag is due; null where none is. */
export async function nextDueAt(sql: Sql): Promise<Instant | null> {
  const rows = await sql.query<{ next: Instant | null }>(`select min(next_run_after) as next from dag where not is_paused and not is_stale`);
  return rows[0]?.next ?? null;
}
