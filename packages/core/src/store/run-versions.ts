import type { Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** The version of a Dag that new runs are on; undefined where there is none. */
export async function findCurrentVersionId(sql: Sql, dagId: string): Promise<number | undefined> {
  const rows = await sql.query<{ id: number | null }>("select current_version_id as id from dag where dag_id = $1", [
    dagId,
  ]);
  return rows[0]?.id ?? undefined;
}

/** Has runs go on on another version, and keeps which one each was on. @returns the keys of those that were not on that version already */
export async function moveRunsToVersion(
  sql: Sql,
  dagRunIds: readonly number[],
  dagVersionId: number,
): Promise<readonly number[]> {
  const moved = await sql.query<{ id: number }>(
    `with before as (select id, dag_version_id from dag_run where id = any($1::bigint[]) and dag_version_id <> $2), kept as (
       insert into dag_run_version (dag_run_id, dag_version_id) select id, dag_version_id from before on conflict do nothing
     )
     update dag_run r set dag_version_id = $2, version = r.version + 1, updated_at = clock_timestamp() from before b where r.id = b.id
     returning r.id`,
    [dagRunIds, dagVersionId],
  );
  return moved.map(({ id }) => id);
}

/** A task of which a run is to get a task instance. */
export interface MissingInstance {
  readonly dagRunId: number;
  readonly taskId: string;
}

/** Makes task instances of tasks that came with their runs' present version. */
export async function insertInstances(sql: Sql, missing: readonly MissingInstance[]): Promise<void> {
  if (missing.length === 0) return;
  await sql.execute(
    `insert into task_instance (dag_run_id, dag_id, task_id, operator, pool, pool_slots, priority_weight, queue, max_tries, dag_version_id)
     select r.id, r.dag_id, v.task_id, v.operator, v.pool, v.pool_slots, v.priority_weight, v.queue, v.max_tries, r.dag_version_id
     from unnest($1::bigint[], $2::text[]) as g(dag_run_id, task_id)
     join dag_run r on r.id = g.dag_run_id
     join dag_version_task v on v.dag_version_id = r.dag_version_id and v.task_id = g.task_id
     order by r.id, v.position
     on conflict (dag_run_id, task_id, map_index) do nothing`,
    [missing.map(({ dagRunId }) => dagRunId), missing.map(({ taskId }) => taskId)],
  );
}

// What has not begun a try that still executes.
const YET_TO_BEGIN = `(t.state is null or t.state in ('scheduled', 'up_for_retry', 'up_for_reschedule', 'deferred', 'awaiting_input'))`;

/**
 * Gives task instances what their runs' present version says of their tasks: those named, and all that are yet to begin a try.
 * @param ids null: every one of these runs
 */
export async function refreshInstances(
  sql: Sql,
  dagRunIds: readonly number[],
  ids: readonly number[] | null,
): Promise<void> {
  await sql.execute(
    `update task_instance t set operator = v.operator, pool = v.pool, pool_slots = v.pool_slots, priority_weight = v.priority_weight,
       queue = v.queue, dag_version_id = v.dag_version_id, max_tries = case when t.try_number = 0 then v.max_tries else t.max_tries end
     from dag_run r join dag_version_task v on v.dag_version_id = r.dag_version_id
     where r.id = any($1::bigint[]) and t.dag_run_id = r.id and v.task_id = t.task_id
       and ($2::bigint[] is null or t.id = any($2::bigint[]) or ${YET_TO_BEGIN})`,
    [dagRunIds, ids],
  );
}

/** Has queued attempts run on their runs' present version: what is given to a worker from now on is that version's code. */
export async function refreshQueued(sql: Sql, dagRunIds: readonly number[]): Promise<void> {
  await sql.execute(
    `with queued as (
       update task_instance t set dag_version_id = r.dag_version_id from dag_run r
       where r.id = any($1::bigint[]) and t.dag_run_id = r.id and t.state = 'queued' returning t.attempt_id, t.dag_version_id
     )
     update task_attempt a set dag_version_id = q.dag_version_id from queued q where a.attempt_id = q.attempt_id`,
    [dagRunIds],
  );
}

/** Counts a clear of a run that is to go on; as on Airflow it counts as queued from now. */
export async function countClear(sql: Sql, dagRunId: number, at: Instant): Promise<void> {
  await sql.execute("update dag_run set clear_number = clear_number + 1, queued_at = $2 where id = $1", [dagRunId, at]);
}
