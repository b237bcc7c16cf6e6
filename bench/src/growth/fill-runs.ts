import type { Database } from "@windlass/core/database";

const BATCH = 50_000;

/**
 * Stores runs that are over, of one task each, with what the engine keeps of each: attempt, result, six events. By SQL, for the engine would take half an hour
 * for a million; afterwards the statistics are made anew, as an installation that has grown has them.
 */
export async function fillRuns(database: Database, dagId: string, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += BATCH) {
    const last = Math.min(first + BATCH, to);
    await database.execute(
      `with version as (select current_version_id as id from dag where dag_id = $1),
       numbers as (select n, timestamptz '2020-01-01' + n * interval '1 minute' as at from generate_series($2::int, $3::int - 1) n),
       runs as (
         insert into dag_run (dag_id, run_id, state, run_type, triggered_by, logical_date, run_after, queued_at, start_date, end_date, dag_version_id)
         select $1, 'stored__' || n, 'success', 'manual', 'rest_api', at, at, at, at + interval '5 ms', at + interval '20 ms', version.id
         from numbers, version returning id, dag_version_id, queued_at as at),
       instances as (
         insert into task_instance (dag_run_id, dag_id, task_id, state, try_number, operator, pool, scheduled_at, queued_at, start_date, end_date, dag_version_id)
         select id, $1, 't0', 'success', 1, 'task', 'default_pool', at, at, at + interval '5 ms', at + interval '20 ms', dag_version_id
         from runs returning id, dag_run_id, attempt_id, queued_at as at),
       attempts as (
         insert into task_attempt (attempt_id, task_instance_id, try_number, dispatch_sequence, queued_at, started_at, ended_at, outcome, dag_version_id)
         select attempt_id, i.id, 1, 1, at, at, at, 'success', version.id from instances i, version),
       results as (insert into xcom (task_instance_id, key, value) select id, 'return_value', 'null' from instances)
       insert into event (at, dag_id, dag_run_id, task_instance_id, attempt_id, from_state, to_state, try_number, reason)
       select at, $1, dag_run_id, case when k > 1 then id end, case when k > 1 then attempt_id end, null, 'success', 1, 'stored'
       from instances, generate_series(0, 5) k`,
      [dagId, first, last],
    );
  }
  await database.execute("vacuum analyze");
  await database.execute("checkpoint");
}
