import type { JsonValue } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** The XCom that somebody names, as far as it is there. */
export interface NamedXCom {
  /** Key of the run; null where there is none. */
  readonly dagRunId: number | null;
  /** Key of the task instance; null where the run has none of this task and map index. */
  readonly taskInstanceId: number | null;
  readonly exists: boolean;
}

/** Looks for an XCom by the names in a path. */
export async function findNamedXCom(
  sql: Sql,
  dagId: string,
  runId: string,
  taskId: string,
  mapIndex: number,
  key: string,
): Promise<NamedXCom> {
  const rows = await sql.query<{ run: number; id: number | null; exists: boolean }>(
    `select r.id as run, t.id, exists (select 1 from xcom x where x.task_instance_id = t.id and x.key = $5) as exists
     from dag_run r left join task_instance t on t.dag_run_id = r.id and t.task_id = $3 and t.map_index = $4
     where r.dag_id = $1 and r.run_id = $2`,
    [dagId, runId, taskId, mapIndex, key],
  );
  const row = rows[0];
  return { dagRunId: row?.run ?? null, taskInstanceId: row?.id ?? null, exists: row?.exists ?? false };
}

/** Leaves an XCom. @returns false where there is one of this key already */
export async function insertXCom(sql: Sql, taskInstanceId: number, key: string, value: JsonValue): Promise<boolean> {
  return (
    (await sql.execute(
      `insert into xcom (task_instance_id, key, value) values ($1, $2, $3::json) on conflict do nothing`,
      [taskInstanceId, key, JSON.stringify(value)],
    )) === 1
  );
}

/** Replaces an XCom's value. @returns whether it is there */
export async function updateXCom(sql: Sql, taskInstanceId: number, key: string, value: JsonValue): Promise<boolean> {
  return (
    (await sql.execute(
      `update xcom set value = $3::json, object = null, bytes = null, length = null, encoded = false where task_instance_id = $1 and key = $2`,
      [taskInstanceId, key, JSON.stringify(value)],
    )) === 1
  );
}

/** Deletes an XCom. @returns whether it was there */
export async function deleteXCom(sql: Sql, taskInstanceId: number, key: string): Promise<boolean> {
  return (await sql.execute(`delete from xcom where task_instance_id = $1 and key = $2`, [taskInstanceId, key])) === 1;
}
