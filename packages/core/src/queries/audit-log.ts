import type { DagScope, Instant, JsonObject } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { Conditions, firstOf, type Ordering, type Page, type Paging, type Range } from "./conditions.ts";
import { selectPage } from "./select-page.ts";

/** What a principal did. */
export interface AuditRow {
  readonly id: number;
  readonly at: Instant;
  readonly action: string;
  readonly accountName: string | null;
  readonly credentialKind: string | null;
  readonly credentialId: string | null;
  readonly door: string;
  readonly dagId: string | null;
  readonly dagDisplayName: string | null;
  readonly runId: string | null;
  readonly taskId: string | null;
  readonly mapIndex: number | null;
  readonly tryNumber: number | null;
  readonly logicalDate: Instant | null;
  readonly object: string | null;
  readonly extra: JsonObject | null;
  readonly requestId: string | null;
}

/** What audit rows are picked by. */
export interface AuditFilter {
  readonly dagId?: string | undefined;
  readonly dagIdPattern?: string | undefined;
  readonly runId?: string | undefined;
  readonly runIdPattern?: string | undefined;
  readonly taskId?: string | undefined;
  readonly taskIdPattern?: string | undefined;
  readonly mapIndex?: number | undefined;
  readonly tryNumber?: number | undefined;
  readonly actions?: readonly string[] | undefined;
  readonly actionPattern?: string | undefined;
  readonly excludedActions?: readonly string[] | undefined;
  readonly accountName?: string | undefined;
  readonly accountPattern?: string | undefined;
  readonly dagIdPrefix?: string | undefined;
  readonly runIdPrefix?: string | undefined;
  readonly taskIdPrefix?: string | undefined;
  readonly actionPrefix?: string | undefined;
  readonly accountPrefix?: string | undefined;
  readonly at?: Range<Instant> | undefined;
}

/** Columns behind the names. */
export const AUDIT_SORTS = {
  id: "a.id",
  at: "a.at",
  dagId: "a.dag_id",
  taskId: "a.task_id",
  runId: "a.run_id",
  action: "a.action",
  accountName: "a.account_name",
  extra: "a.extra",
} as const;

const COLUMNS = `a.id, a.at, a.action, a.account_name as "accountName", a.credential_kind as "credentialKind",
  a.credential_id as "credentialId", a.door, a.dag_id as "dagId", coalesce(d.display_name, a.dag_id) as "dagDisplayName", a.run_id as "runId",
  a.task_id as "taskId", a.map_index as "mapIndex", a.try_number as "tryNumber", r.logical_date as "logicalDate", a.object, a.extra,
  a.request_id as "requestId"`;
const FROM = `from audit_log a left join dag d on d.dag_id = a.dag_id left join dag_run r on r.dag_id = a.dag_id and r.run_id = a.run_id`;

// Rows of no Dag are everybody's who may read the log; rows of a Dag are told to those who may read the Dag.
function visible(scope: DagScope): Conditions {
  const conditions = new Conditions();
  return scope.all
    ? conditions
    : conditions.add([...scope.dagIds], (param) => `(a.dag_id is null or a.dag_id = any(${param}::text[]))`);
}

/** Audit rows that a caller may see. */
export async function listAudit(
  sql: Sql,
  scope: DagScope,
  filter: AuditFilter,
  ordering: Ordering<keyof typeof AUDIT_SORTS>,
  paging: Paging,
): Promise<Page<AuditRow>> {
  const conditions = visible(scope)
    .equals("a.dag_id", filter.dagId)
    .pattern("a.dag_id", filter.dagIdPattern)
    .equals("a.run_id", filter.runId)
    .pattern("a.run_id", filter.runIdPattern)
    .equals("a.task_id", filter.taskId)
    .pattern("a.task_id", filter.taskIdPattern)
    .equals("a.map_index", filter.mapIndex)
    .equals("a.try_number", filter.tryNumber)
    .anyOf("a.action", filter.actions)
    .pattern("a.action", filter.actionPattern)
    .add(filter.excludedActions, (param) => `a.action <> all(${param}::text[])`)
    .equals("a.account_name", filter.accountName)
    .pattern("a.account_name", filter.accountPattern)
    .prefix("a.dag_id", filter.dagIdPrefix)
    .prefix("a.run_id", filter.runIdPrefix)
    .prefix("a.task_id", filter.taskIdPrefix)
    .prefix("a.action", filter.actionPrefix)
    .prefix("a.account_name", filter.accountPrefix)
    .range("a.at", filter.at);
  const countFrom = "from audit_log a";
  return selectPage(sql, {
    columns: COLUMNS,
    from: FROM,
    countFrom,
    conditions,
    sorts: AUDIT_SORTS,
    ordering,
    last: "a.id",
    paging,
  });
}

/** One audit row that a caller may see. */
export async function findAudit(sql: Sql, scope: DagScope, id: number): Promise<AuditRow | undefined> {
  const conditions = visible(scope).equals("a.id", id);
  return firstOf(await sql.query<AuditRow>(`select ${COLUMNS} ${FROM} ${conditions.where()}`, conditions.params));
}
