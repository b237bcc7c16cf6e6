import type { Sql } from "../database/sql.ts";

/** Sets the note of a task instance. @returns whether the task instance is there */
export async function setTaskInstanceNote(
  sql: Sql,
  id: number,
  note: string | null,
  accountId: number | null,
): Promise<boolean> {
  const changed = await sql.execute("update task_instance set note = $2, note_account_id = $3 where id = $1", [
    id,
    note,
    accountId,
  ]);
  return changed > 0;
}

/** Keys of the instances of a task in a run. @param mapIndex one of them; null: all */
export async function findTaskInstanceIds(
  sql: Sql,
  dagRunId: number,
  taskId: string,
  mapIndex: number | null,
): Promise<readonly number[]> {
  const rows = await sql.query<{ id: number }>(
    "select id from task_instance where dag_run_id = $1 and task_id = $2 and ($3::integer is null or map_index = $3) order by map_index",
    [dagRunId, taskId, mapIndex],
  );
  return rows.map(({ id }) => id);
}

/** The tasks that a run has any instance of. */
export async function findTaskIdsOfRun(sql: Sql, dagRunId: number): Promise<readonly string[]> {
  const rows = await sql.query<{ task_id: string }>(
    "select distinct task_id from task_instance where dag_run_id = $1 order by task_id",
    [dagRunId],
  );
  return rows.map((row) => row.task_id);
}

/** Deletes a task instance with its attempts and XComs; its run's version grows, so that schedulers load the run anew. @returns whether it was there */
export async function deleteTaskInstance(sql: Sql, dagRunId: number, id: number): Promise<boolean> {
  await sql.execute("update dag_run set version = version + 1, updated_at = clock_timestamp() where id = $1", [
    dagRunId,
  ]);
  return (await sql.execute("delete from task_instance where id = $1 and dag_run_id = $2", [id, dagRunId])) > 0;
}
