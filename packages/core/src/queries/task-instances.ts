import type { AttemptError, DagScope, Instant, JsonObject, TaskInstanceState } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { Conditions, firstOf, type Ordering, type Page, type Paging, type Range } from "./conditions.ts";
import { selectPage } from "./select-page.ts";

/** A task instance as lists show it. */
export interface TaskInstanceRow {
  readonly id: number;
  readonly attemptId: string;
  readonly dagId: string;
  readonly dagDisplayName: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly state: TaskInstanceState | null;
  readonly tryNumber: number;
  /** Airflow's `max_tries`: the retries, without the first try. */
  readonly maxTries: number;
  readonly operator: string;
  readonly pool: string;
  readonly poolSlots: number;
  readonly priorityWeight: number;
  readonly queue: string;
  readonly scheduledAt: Instant | null;
  readonly queuedAt: Instant | null;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly notBefore: Instant | null;
  readonly hostname: string;
  readonly pid: number | null;
  readonly unixname: string;
  readonly error: AttemptError | null;
  readonly renderedFields: JsonObject;
  readonly note: string | null;
  /** What a mapped one is called where its task has a template for that. */
  readonly renderedMapIndex: string | null;
  readonly updatedAt: Instant;
  readonly logicalDate: Instant | null;
  readonly runAfter: Instant;
  readonly versionId: number;
  readonly versionUuid: string;
  readonly versionNumber: number;
  readonly versionCreatedAt: Instant;
}

/** What task instances are picked by. */
export interface TaskInstanceFilter {
  /** Keys of rows. */
  readonly ids?: readonly number[] | undefined;
  readonly dagIds?: readonly string[] | undefined;
  readonly dagIdPattern?: string | undefined;
  readonly dagIdPrefix?: string | undefined;
  readonly runIds?: readonly string[] | undefined;
  readonly runIdPattern?: string | undefined;
  readonly runIdPrefix?: string | undefined;
  readonly taskIds?: readonly string[] | undefined;
  readonly taskIdPattern?: string | undefined;
  readonly taskIdPrefix?: string | undefined;
  /** Tasks of a group and of the groups in it. */
  readonly taskGroupId?: string | undefined;
  readonly states?: readonly (string | null)[] | undefined;
  readonly pools?: readonly string[] | undefined;
  readonly poolPattern?: string | undefined;
  readonly poolPrefix?: string | undefined;
  readonly queues?: readonly string[] | undefined;
  readonly queuePattern?: string | undefined;
  readonly queuePrefix?: string | undefined;
  readonly operators?: readonly string[] | undefined;
  readonly operatorPattern?: string | undefined;
  readonly operatorPrefix?: string | undefined;
  readonly mapIndexes?: readonly number[] | undefined;
  /** Matched against the name of a mapped instance, which is its map index where it has no other. */
  readonly renderedMapIndexPattern?: string | undefined;
  readonly renderedMapIndexPrefix?: string | undefined;
  readonly tryNumbers?: readonly number[] | undefined;
  readonly versionNumbers?: readonly number[] | undefined;
  readonly runAfter?: Range<Instant> | undefined;
  readonly logicalDate?: Range<Instant> | undefined;
  readonly startDate?: Range<Instant> | undefined;
  readonly endDate?: Range<Instant> | undefined;
  readonly updatedAt?: Range<Instant> | undefined;
  readonly durationSeconds?: Range<number> | undefined;
  /** Only mapped instances. */
  readonly isMapped?: boolean | undefined;
  /** Nothing matches: a filter on something that no task instance has. */
  readonly nothing?: boolean | undefined;
}

/** Columns behind the names. */
export const TASK_INSTANCE_SORTS = {
  id: "t.id",
  taskId: "t.task_id",
  mapIndex: "t.map_index",
  state: "t.state",
  tryNumber: "t.try_number",
  startDate: "t.start_date",
  endDate: "t.end_date",
  duration: "t.end_date - t.start_date",
  queuedAt: "t.queued_at",
  updatedAt: "t.updated_at",
  pool: "t.pool",
  queue: "t.queue",
  operator: "t.operator",
  runId: "r.run_id",
  renderedMapIndex: "coalesce(t.rendered_map_index, lpad(t.map_index::text, 10))",
  logicalDate: "r.logical_date",
  runAfter: "r.run_after",
  dataIntervalStart: "r.data_interval_start",
  dataIntervalEnd: "r.data_interval_end",
  dagId: "t.dag_id",
} as const;

/** By what task instances can be ordered. */
export type TaskInstanceSort = keyof typeof TASK_INSTANCE_SORTS;

const COLUMNS = `
  t.id, t.attempt_id as "attemptId", r.dag_id as "dagId", coalesce(d.display_name, d.dag_id) as "dagDisplayName", r.run_id as "runId",
  t.task_id as "taskId", t.map_index as "mapIndex", t.state, t.try_number as "tryNumber", t.max_tries as "maxTries", t.operator, t.pool,
  t.pool_slots as "poolSlots", t.priority_weight as "priorityWeight", t.queue, t.scheduled_at as "scheduledAt", t.queued_at as "queuedAt",
  t.start_date as "startDate", t.end_date as "endDate", t.not_before as "notBefore", t.hostname, t.pid, t.unixname, t.error,
  t.rendered_fields as "renderedFields", t.note, t.rendered_map_index as "renderedMapIndex", t.updated_at as "updatedAt", r.logical_date as "logicalDate", r.run_after as "runAfter",
  v.id as "versionId", v.uuid as "versionUuid", v.version_number as "versionNumber", v.created_at as "versionCreatedAt"`;
const FROM = `from task_instance t join dag_run r on r.id = t.dag_run_id join dag d on d.dag_id = r.dag_id
  join dag_version v on v.id = t.dag_version_id`;

function conditionsOf(scope: DagScope, filter: TaskInstanceFilter): Conditions {
  const conditions = new Conditions()
    .scope("r.dag_id", scope)
    .anyOf("t.id", filter.ids, "bigint")
    .anyOf("r.dag_id", filter.dagIds)
    .pattern("r.dag_id", filter.dagIdPattern)
    .prefix("r.dag_id", filter.dagIdPrefix)
    .anyOf("r.run_id", filter.runIds)
    .pattern("r.run_id", filter.runIdPattern)
    .prefix("r.run_id", filter.runIdPrefix)
    .anyOf("t.task_id", filter.taskIds)
    .pattern("t.task_id", filter.taskIdPattern)
    .prefix("t.task_id", filter.taskIdPrefix)
    .add(filter.taskGroupId, (param) => `starts_with(t.task_id, ${param} || '.')`)
    .stateIn("t.state", filter.states)
    .anyOf("t.pool", filter.pools)
    .pattern("t.pool", filter.poolPattern)
    .prefix("t.pool", filter.poolPrefix)
    .anyOf("t.queue", filter.queues)
    .pattern("t.queue", filter.queuePattern)
    .prefix("t.queue", filter.queuePrefix)
    .anyOf("t.operator", filter.operators)
    .pattern("t.operator", filter.operatorPattern)
    .prefix("t.operator", filter.operatorPrefix)
    .anyOf("t.map_index", filter.mapIndexes, "integer")
    .pattern("coalesce(t.rendered_map_index, t.map_index::text)", filter.renderedMapIndexPattern)
    .prefix("coalesce(t.rendered_map_index, t.map_index::text)", filter.renderedMapIndexPrefix)
    .anyOf("t.try_number", filter.tryNumbers, "integer")
    .anyOf("v.version_number", filter.versionNumbers, "integer")
    .range("r.run_after", filter.runAfter)
    .range("r.logical_date", filter.logicalDate)
    .range("t.start_date", filter.startDate)
    .range("t.end_date", filter.endDate)
    .range("t.updated_at", filter.updatedAt)
    .range("extract(epoch from t.end_date - t.start_date)", filter.durationSeconds);
  if (filter.isMapped === true) conditions.raw("t.map_index >= 0");
  return filter.nothing === true ? conditions.raw("false") : conditions;
}

/** Task instances that a caller may see. */
export async function listTaskInstances(
  sql: Sql,
  scope: DagScope,
  filter: TaskInstanceFilter,
  ordering: Ordering<TaskInstanceSort>,
  paging: Paging,
): Promise<Page<TaskInstanceRow>> {
  const conditions = conditionsOf(scope, filter);
  return selectPage(sql, {
    columns: COLUMNS,
    from: FROM,
    conditions,
    sorts: TASK_INSTANCE_SORTS,
    ordering,
    last: "t.id",
    paging,
  });
}

/** One task instance; undefined where there is none. Rights are the caller's affair. */
export async function findTaskInstance(
  sql: Sql,
  dagId: string,
  runId: string,
  taskId: string,
  mapIndex: number,
): Promise<TaskInstanceRow | undefined> {
  const rows = await sql.query<TaskInstanceRow>(
    `select ${COLUMNS} ${FROM} where r.dag_id = $1 and r.run_id = $2 and t.task_id = $3 and t.map_index = $4`,
    [dagId, runId, taskId, mapIndex],
  );
  return firstOf(rows);
}
