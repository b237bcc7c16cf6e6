import type { DagScope, Instant, JsonValue } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { Conditions, firstOf, type Ordering, type Page, type Paging, type Range } from "./conditions.ts";

/** One XCom; `value` is null in lists, which do not read it. */
export interface XComRow {
  readonly key: string;
  readonly value: JsonValue;
  /** Where the value lies instead, outside of the database. */
  readonly object?: string | null;
  readonly createdAt: Instant;
  readonly dagId: string;
  readonly dagDisplayName: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly logicalDate: Instant | null;
  readonly runAfter: Instant;
  readonly versionId: number;
  /** The return value of a task instance that had others skipped. */
  readonly isDecision: boolean;
}

/** What XComs are picked by. */
export interface XComFilter {
  readonly dagIds?: readonly string[] | undefined;
  readonly dagIdPattern?: string | undefined;
  readonly runIds?: readonly string[] | undefined;
  readonly runIdPattern?: string | undefined;
  readonly taskIds?: readonly string[] | undefined;
  readonly taskIdPattern?: string | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly keyPattern?: string | undefined;
  readonly keyPrefix?: string | undefined;
  readonly dagNamePattern?: string | undefined;
  readonly dagNamePrefix?: string | undefined;
  readonly runIdPrefix?: string | undefined;
  readonly taskIdPrefix?: string | undefined;
  readonly mapIndex?: number | undefined;
  readonly logicalDate?: Range<Instant> | undefined;
  readonly runAfter?: Range<Instant> | undefined;
  /** Without the return values of task instances that had others skipped: Airflow 3 does not keep them. */
  readonly withoutDecisions?: boolean | undefined;
}

/** The return value of a branch or short circuit that had others skipped. */
const IS_DECISION = `(x.key = 'return_value' and cardinality(t.skips) > 0)`;

const COLUMNS = `
  x.key, x.created_at as "createdAt", r.dag_id as "dagId", coalesce(d.display_name, d.dag_id) as "dagDisplayName", r.run_id as "runId",
  t.task_id as "taskId", t.map_index as "mapIndex", r.logical_date as "logicalDate", r.run_after as "runAfter",
  t.dag_version_id as "versionId", coalesce(${IS_DECISION}, false) as "isDecision"`;
const FROM = `from xcom x join task_instance t on t.id = x.task_instance_id join dag_run r on r.id = t.dag_run_id
  join dag d on d.dag_id = r.dag_id`;

/** Columns behind the names. */
const XCOM_SORTS = {
  key: "x.key",
  dagId: "r.dag_id",
  runId: "r.run_id",
  taskId: "t.task_id",
  mapIndex: "t.map_index",
  createdAt: "x.created_at",
  runAfter: "r.run_after",
  logicalDate: "r.logical_date",
} as const;

/** By what XComs can be ordered. */
type XComSort = keyof typeof XCOM_SORTS;

/** XComs that a caller may see, without their values: by Dag, task, run, map index and key. */
export async function listXComs(
  sql: Sql,
  scope: DagScope,
  filter: XComFilter,
  paging: Paging,
  ordering: Ordering<XComSort> = [],
): Promise<Page<XComRow>> {
  const conditions = new Conditions()
    .scope("r.dag_id", scope)
    .anyOf("r.dag_id", filter.dagIds)
    .pattern("r.dag_id", filter.dagIdPattern)
    .anyOf("r.run_id", filter.runIds)
    .pattern("r.run_id", filter.runIdPattern)
    .anyOf("t.task_id", filter.taskIds)
    .pattern("t.task_id", filter.taskIdPattern)
    .anyOf("x.key", filter.keys)
    .pattern("x.key", filter.keyPattern)
    .prefix("x.key", filter.keyPrefix)
    .pattern("coalesce(d.display_name, d.dag_id)", filter.dagNamePattern)
    .prefix("coalesce(d.display_name, d.dag_id)", filter.dagNamePrefix)
    .prefix("r.run_id", filter.runIdPrefix)
    .prefix("t.task_id", filter.taskIdPrefix)
    .equals("t.map_index", filter.mapIndex)
    .range("r.logical_date", filter.logicalDate)
    .range("r.run_after", filter.runAfter);
  if (filter.withoutDecisions === true) conditions.raw(`not coalesce(${IS_DECISION}, false)`);
  const where = conditions.where();
  const [count] = await sql.query<{ total: number }>(`select count(*) as total ${FROM} ${where}`, [
    ...conditions.params,
  ]);
  if (paging.limit === 0) return { rows: [], total: count?.total ?? 0 };
  const page = conditions.page(XCOM_SORTS, ordering, "r.dag_id, t.task_id, r.run_id, t.map_index, x.key", paging);
  const rows = await sql.query<XComRow>(`select ${COLUMNS}, null as value ${FROM} ${where} ${page}`, conditions.params);
  return { rows, total: count?.total ?? 0 };
}

/** One XCom with its value; undefined where there is none. */
export async function findXCom(
  sql: Sql,
  dagId: string,
  runId: string,
  taskId: string,
  mapIndex: number,
  key: string,
): Promise<XComRow | undefined> {
  const rows = await sql.query<XComRow>(
    `select ${COLUMNS}, x.value, x.object ${FROM} where r.dag_id = $1 and r.run_id = $2 and t.task_id = $3 and t.map_index = $4 and x.key = $5`,
    [dagId, runId, taskId, mapIndex, key],
  );
  return firstOf(rows);
}
