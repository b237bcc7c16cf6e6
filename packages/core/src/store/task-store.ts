import type { Instant, JsonValue } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** Whose store: a task's, in one run. All tries of a task instance share it. */
export interface TaskStorePlace {
  readonly dagRunId: number;
  readonly taskId: string;
  readonly mapIndex: number;
}

/** Writes an entry, whatever was there. @param expiresAt null: it stays as long as its run */
export async function putTaskStoreEntry(
  sql: Sql,
  { dagRunId, taskId, mapIndex }: TaskStorePlace,
  key: string,
  value: JsonValue,
  expiresAt: Instant | null,
): Promise<void> {
  await sql.execute(
    `insert into task_store (dag_run_id, task_id, map_index, key, value, expires_at) values ($1, $2, $3, $4, $5::json, $6)
     on conflict (dag_run_id, task_id, map_index, key) do update
       set value = excluded.value, expires_at = excluded.expires_at, updated_at = clock_timestamp()`,
    [dagRunId, taskId, mapIndex, key, JSON.stringify(value), expiresAt],
  );
}

/** Replaces the value of an entry and leaves its end. @returns whether it is there */
export async function updateTaskStoreEntry(
  sql: Sql,
  { dagRunId, taskId, mapIndex }: TaskStorePlace,
  key: string,
  value: JsonValue,
): Promise<boolean> {
  const changed = await sql.execute(
    `update task_store set value = $5::json, updated_at = clock_timestamp()
     where dag_run_id = $1 and task_id = $2 and map_index = $3 and key = $4`,
    [dagRunId, taskId, mapIndex, key, JSON.stringify(value)],
  );
  return changed > 0;
}

/** Removes an entry, if it is there. */
export async function deleteTaskStoreEntry(sql: Sql, place: TaskStorePlace, key: string): Promise<void> {
  await sql.execute("delete from task_store where dag_run_id = $1 and task_id = $2 and map_index = $3 and key = $4", [
    place.dagRunId,
    place.taskId,
    place.mapIndex,
    key,
  ]);
}

/** Removes all entries. @param mapIndex null: of all instances of the task */
export async function clearTaskStore(
  sql: Sql,
  dagRunId: number,
  taskId: string,
  mapIndex: number | null,
): Promise<number> {
  return sql.execute(
    "delete from task_store where dag_run_id = $1 and task_id = $2 and ($3::integer is null or map_index = $3)",
    [dagRunId, taskId, mapIndex],
  );
}

/** Removes the entries of task instances that have succeeded. */
export async function clearTaskStoreOf(sql: Sql, taskInstanceIds: readonly number[]): Promise<void> {
  await sql.execute(
    `delete from task_store s using task_instance t
     where t.id = any($1::bigint[]) and s.dag_run_id = t.dag_run_id and s.task_id = t.task_id and s.map_index = t.map_index`,
    [taskInstanceIds],
  );
}

/** Forgets entries whose end has come. @returns how many */
export async function deleteExpiredTaskStore(sql: Sql): Promise<number> {
  return sql.execute("delete from task_store where expires_at < clock_timestamp()");
}
