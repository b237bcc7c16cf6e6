import type { Instant, RunState, RunType, TaskInstanceState, TriggeredBy } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** A column of the grid: one run with the states of its task instances. */
export interface GridRun {
  readonly runId: string;
  readonly state: RunState;
  readonly runType: RunType;
  readonly triggeredBy: TriggeredBy;
  readonly runAfter: Instant;
  readonly logicalDate: Instant | null;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly note: string | null;
  readonly versionNumber: number;
  /** State by task id; of mapped instances the worst. `none` stands for no state. */
  readonly states: Readonly<Record<string, TaskInstanceState | "none">>;
  /** Task ids tried more than once, with the number of tries. */
  readonly tries: Readonly<Record<string, number>>;
}

// The worst first: what a mark shows of many mapped instances.
const WORST = `array_position(array['failed', 'upstream_failed', 'up_for_retry', 'running', 'restarting', 'queued', 'scheduled', 'awaiting_input', 'deferred',
  'up_for_reschedule', 'none', 'success', 'skipped', 'removed'], coalesce(t.state, 'none'))`;

/** The newest runs of a Dag, newest first, in one statement. @param before only runs due before this moment */
export async function readGrid(
  sql: Sql,
  dagId: string,
  limit: number,
  before: Instant | null,
): Promise<readonly GridRun[]> {
  return sql.query<GridRun>(
    `with runs as (
       select r.id, r.run_id, r.state, r.run_type, r.triggered_by, r.run_after, r.logical_date, r.start_date, r.end_date, r.note, v.version_number
       from dag_run r join dag_version v on v.id = r.dag_version_id
       where r.dag_id = $1 and ($3::timestamptz is null or r.run_after < $3) order by r.run_after desc, r.id desc limit $2),
     worst as (
       select distinct on (t.dag_run_id, t.task_id) t.dag_run_id, t.task_id, coalesce(t.state, 'none') as state, t.try_number
       from task_instance t join runs on runs.id = t.dag_run_id order by t.dag_run_id, t.task_id, ${WORST}),
     cells as (
       select dag_run_id, jsonb_object_agg(task_id, state) as states, jsonb_object_agg(task_id, try_number) filter (where try_number > 1) as tries
       from worst group by dag_run_id)
     select r.run_id as "runId", r.state, r.run_type as "runType", r.triggered_by as "triggeredBy", r.run_after as "runAfter",
       r.logical_date as "logicalDate", r.start_date as "startDate", r.end_date as "endDate", r.note, r.version_number as "versionNumber",
       coalesce(c.states, '{}') as states, coalesce(c.tries, '{}') as tries
     from runs r left join cells c on c.dag_run_id = r.id order by r.run_after desc, r.id desc`,
    [dagId, limit, before],
  );
}
