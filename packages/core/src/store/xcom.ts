import type { JsonValue } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** Which XCom. */
export interface XcomAddress {
  readonly dagRunId: number;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly key: string;
}

/** An XCom with its value. */
export interface StoredXcom extends XcomAddress {
  readonly value: JsonValue;
}

/** The XComs that exist among those asked for. */
export async function loadXcoms(sql: Sql, addresses: readonly XcomAddress[]): Promise<readonly StoredXcom[]> {
  if (addresses.length === 0) return [];
  const rows = await sql.query<{
    dag_run_id: number;
    task_id: string;
    map_index: number;
    key: string;
    value: JsonValue;
  }>(
    `select t.dag_run_id, t.task_id, t.map_index, x.key, x.value
     from unnest($1::bigint[], $2::text[], $3::integer[], $4::text[]) as g(dag_run_id, task_id, map_index, key)
     join task_instance t on t.dag_run_id = g.dag_run_id and t.task_id = g.task_id and t.map_index = g.map_index
     join xcom x on x.task_instance_id = t.id and x.key = g.key`,
    [
      addresses.map((each) => each.dagRunId),
      addresses.map((each) => each.taskId),
      addresses.map((each) => each.mapIndex),
      addresses.map((each) => each.key),
    ],
  );
  return rows.map((row) => ({
    dagRunId: row.dag_run_id,
    taskId: row.task_id,
    mapIndex: row.map_index,
    key: row.key,
    value: row.value,
  }));
}

/** The XCom of another run of the same Dag, by the run's own id; undefined where there is none. */
export async function loadXcomOfRun(
  sql: Sql,
  dagId: string,
  runId: string,
  address: Omit<XcomAddress, "dagRunId">,
): Promise<{ readonly value: JsonValue } | undefined> {
  const rows = await sql.query<{ value: JsonValue }>(
    `select x.value from dag_run r
     join task_instance t on t.dag_run_id = r.id and t.task_id = $3 and t.map_index = $4
     join xcom x on x.task_instance_id = t.id and x.key = $5
     where r.dag_id = $1 and r.run_id = $2`,
    [dagId, runId, address.taskId, address.mapIndex, address.key],
  );
  return rows[0];
}

/** Leaves an XCom from within a running attempt. @returns false where the attempt has no permission (any more): nothing is written */
export async function setXcomOfAttempt(sql: Sql, attemptId: string, key: string, value: JsonValue): Promise<boolean> {
  const changed = await sql.execute(
    `insert into xcom (task_instance_id, key, value)
     select t.id, $2, $3::json from task_attempt a
     join task_instance t on t.id = a.task_instance_id and t.attempt_id = a.attempt_id and t.state = 'running'
     where a.attempt_id = $1
     for no key update of t
     on conflict (task_instance_id, key) do update set value = excluded.value, created_at = clock_timestamp()`,
    [attemptId, key, JSON.stringify(value)],
  );
  return changed === 1;
}
