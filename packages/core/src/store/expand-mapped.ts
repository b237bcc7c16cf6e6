import type { Sql } from "../database/sql.ts";
import type { Expansion, RunChange } from "./commit-transitions.ts";

/**
 * Makes the instances of mapped tasks, before the commit's own statement changes them. It locks the runs, as that does first; where a run has moved on
 * meanwhile, that statement finds out and everything is rolled back.
 */
export async function expandMapped(
  sql: Sql,
  runs: readonly RunChange[],
  expansions: readonly Expansion[],
): Promise<void> {
  await sql.query(`select 1 from dag_run where id = any($1::bigint[]) order by id for no key update`, [
    runs.map((run) => run.id),
  ]);
  const rows = expansions.flatMap(({ dagRunId, taskId, maxTries, made }) =>
    made.map(({ id, attemptId, mapIndex }) => ({
      id,
      attempt_id: attemptId,
      map_index: mapIndex,
      dag_run_id: dagRunId,
      task_id: taskId,
      max_tries: maxTries,
    })),
  );
  await sql.execute(
    `insert into task_instance (id, attempt_id, map_index, dag_run_id, dag_id, task_id, max_tries, operator, pool, pool_slots, priority_weight, queue,
       dag_version_id)
     overriding system value
     select g.id, g.attempt_id, g.map_index, g.dag_run_id, p.dag_id, g.task_id, g.max_tries, p.operator, p.pool, p.pool_slots, p.priority_weight,
       p.queue, p.dag_version_id
     from jsonb_to_recordset($1::jsonb) as g(id bigint, attempt_id uuid, map_index integer, dag_run_id bigint, task_id text, max_tries integer)
     cross join lateral (
       select * from task_instance t where t.dag_run_id = g.dag_run_id and t.task_id = g.task_id order by t.map_index limit 1
     ) p
     on conflict (dag_run_id, task_id, map_index) do nothing`,
    [JSON.stringify(rows)],
  );
  await sql.execute(`update task_instance set map_index = 0 where id = any($1::bigint[]) and map_index = -1`, [
    expansions.flatMap(({ placeholderId }) => placeholderId ?? []),
  ]);
}

/** Keys for task instances that a decision makes. */
export async function reserveInstanceIds(sql: Sql, count: number): Promise<readonly number[]> {
  const rows = await sql.query<{ id: number }>(
    `select nextval(pg_get_serial_sequence('task_instance', 'id')) as id from generate_series(1, $1::integer)`,
    [count],
  );
  return rows.map((row) => row.id);
}
