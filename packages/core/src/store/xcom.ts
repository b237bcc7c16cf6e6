import type { JsonValue, XcomElsewhere } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** Which XCom. */
export interface XcomAddress {
  readonly dagRunId: number;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly key: string;
}

/** What an XCom's row holds: its value, or where that is. */
export type XcomContent = { readonly kind: "value"; readonly value: JsonValue } | XcomElsewhere;

/** An XCom with what its row holds. */
export interface StoredXcom extends XcomAddress {
  readonly content: XcomContent;
}

interface ContentRow {
  readonly value: JsonValue;
  readonly object: string | null;
  readonly bytes: number | null;
  readonly length: number | null;
  readonly encoded: boolean;
}

const CONTENT = "x.value, x.object, x.bytes, x.length, x.encoded";

function contentOf({ value, object, bytes, length, encoded }: ContentRow): XcomContent {
  if (object !== null) return { kind: "object", address: object, bytes: bytes ?? 0, length };
  return encoded ? { kind: "encoded", value, length } : { kind: "value", value };
}

/** The columns of what an XCom's row holds, as parameters: value, object, bytes, length, encoded. */
function columnsOf(content: XcomContent): readonly (string | number | boolean | null)[] {
  switch (content.kind) {
    case "value":
      return [JSON.stringify(content.value), null, null, null, false];
    case "object":
      return [null, content.address, content.bytes, content.length, false];
    case "encoded":
      return [JSON.stringify(content.value), null, null, content.length, true];
  }
}

/** The XComs that exist among those asked for. */
export async function loadXcoms(sql: Sql, addresses: readonly XcomAddress[]): Promise<readonly StoredXcom[]> {
  if (addresses.length === 0) return [];
  const rows = await sql.query<ContentRow & { dag_run_id: number; task_id: string; map_index: number; key: string }>(
    `select t.dag_run_id, t.task_id, t.map_index, x.key, ${CONTENT}
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
    content: contentOf(row),
  }));
}

/** The XCom of another run of the same Dag, by the run's own id; undefined where there is none. */
export async function loadXcomOfRun(
  sql: Sql,
  dagId: string,
  runId: string,
  address: Omit<XcomAddress, "dagRunId">,
): Promise<XcomContent | undefined> {
  const [row] = await sql.query<ContentRow>(
    `select ${CONTENT} from dag_run r
     join task_instance t on t.dag_run_id = r.id and t.task_id = $3 and t.map_index = $4
     join xcom x on x.task_instance_id = t.id and x.key = $5
     where r.dag_id = $1 and r.run_id = $2`,
    [dagId, runId, address.taskId, address.mapIndex, address.key],
  );
  return row && contentOf(row);
}

/** The XCom of the latest run of the same Dag, this one or one of an earlier logical date, that has one. */
export async function loadLatestXcom(sql: Sql, address: XcomAddress): Promise<XcomContent | undefined> {
  const [row] = await sql.query<ContentRow>(
    `select ${CONTENT} from dag_run own
     join dag_run r on r.dag_id = own.dag_id and (r.id = own.id or r.logical_date <= own.logical_date)
     join task_instance t on t.dag_run_id = r.id and t.task_id = $2 and t.map_index = $3
     join xcom x on x.task_instance_id = t.id and x.key = $4
     where own.id = $1
     order by r.logical_date desc nulls first, r.id desc limit 1`,
    [address.dagRunId, address.taskId, address.mapIndex, address.key],
  );
  return row && contentOf(row);
}

/** A mapped task's XComs of one key in one run. */
export interface XcomSequence {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly key: string;
}

const SEQUENCE = `from dag_run r join task_instance t on t.dag_run_id = r.id and t.task_id = $3
  join xcom x on x.task_instance_id = t.id and x.key = $4 where r.dag_id = $1 and r.run_id = $2`;

/** A part of them, in the order of their map indexes. */
export async function sliceXcoms(
  sql: Sql,
  { dagId, runId, taskId, key }: XcomSequence,
  offset: number,
  limit: number,
): Promise<readonly XcomContent[]> {
  const rows = await sql.query<ContentRow>(`select ${CONTENT} ${SEQUENCE} order by t.map_index offset $5 limit $6`, [
    dagId,
    runId,
    taskId,
    key,
    offset,
    limit,
  ]);
  return rows.map(contentOf);
}

/** How many there are. */
export async function countXcoms(sql: Sql, { dagId, runId, taskId, key }: XcomSequence): Promise<number> {
  const [row] = await sql.query<{ count: number }>(`select count(*) as count ${SEQUENCE}`, [dagId, runId, taskId, key]);
  return row?.count ?? 0;
}

/**
 * Leaves an XCom from within a running attempt.
 * @returns false where the attempt has no permission (any more), or the object is not its own: nothing is written
 */
export async function setXcomOfAttempt(
  sql: Sql,
  attemptId: string,
  key: string,
  content: XcomContent,
): Promise<boolean> {
  const changed = await sql.execute(
    `insert into xcom (task_instance_id, key, value, object, bytes, length, encoded)
     select t.id, $2, $3::json, $4, $5, $6, $7 from task_attempt a
     join task_instance t on t.id = a.task_instance_id and t.attempt_id = a.attempt_id and t.state = 'running'
     where a.attempt_id = $1
       and ($4::text is null or exists (select 1 from xcom_object o where o.address = $4 and o.attempt_id = a.attempt_id))
     for no key update of t
     on conflict (task_instance_id, key) do update set value = excluded.value, object = excluded.object, bytes = excluded.bytes,
       length = excluded.length, encoded = excluded.encoded, created_at = clock_timestamp()`,
    [attemptId, key, ...columnsOf(content)],
  );
  return changed === 1;
}
