import type { DagScope, Instant, JsonObject, RunState, RunType, TriggeredBy } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { Conditions, firstOf, type Ordering, type Page, type Paging, type Range } from "./conditions.ts";
import { selectPage } from "./select-page.ts";

/** A version of a Dag that a run was on. */
export interface RunVersion {
  readonly uuid: string;
  readonly versionNumber: number;
  readonly createdAt: Instant;
}

/** A Dag run as lists show it. */
export interface RunRow {
  readonly id: number;
  readonly dagId: string;
  readonly dagDisplayName: string;
  readonly runId: string;
  readonly state: RunState;
  readonly runType: RunType;
  readonly triggeredBy: TriggeredBy;
  readonly triggeringUser: string | null;
  readonly logicalDate: Instant | null;
  readonly dataIntervalStart: Instant | null;
  readonly dataIntervalEnd: Instant | null;
  readonly runAfter: Instant;
  readonly queuedAt: Instant;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly lastSchedulingDecision: Instant | null;
  readonly conf: JsonObject;
  readonly params: JsonObject;
  readonly note: string | null;
  readonly partitionKey: string | null;
  readonly partitionDate: Instant | null;
  readonly updatedAt: Instant;
  readonly clearNumber: number;
  readonly versionId: number;
  readonly versionUuid: string;
  readonly versionNumber: number;
  readonly versionCreatedAt: Instant;
  /** Those it was on before, oldest first. */
  readonly earlierVersions: readonly RunVersion[];
  /** A run without any task instance was made before its Dag's start date. */
  readonly hasTaskInstances: boolean;
}

/** What runs are picked by. */
export interface RunFilter {
  readonly dagIds?: readonly string[] | undefined;
  readonly dagIdPattern?: string | undefined;
  readonly dagIdPrefix?: string | undefined;
  readonly runIds?: readonly string[] | undefined;
  readonly runIdPattern?: string | undefined;
  readonly runIdPrefix?: string | undefined;
  readonly states?: readonly (string | null)[] | undefined;
  readonly runTypes?: readonly string[] | undefined;
  readonly triggeringUserPattern?: string | undefined;
  readonly triggeringUserPrefix?: string | undefined;
  /** A text anywhere in the conf, as JSON. */
  readonly confContains?: string | undefined;
  readonly versionNumbers?: readonly number[] | undefined;
  readonly runAfter?: Range<Instant> | undefined;
  readonly logicalDate?: Range<Instant> | undefined;
  readonly startDate?: Range<Instant> | undefined;
  readonly endDate?: Range<Instant> | undefined;
  readonly updatedAt?: Range<Instant> | undefined;
  readonly durationSeconds?: Range<number> | undefined;
  readonly partitionKey?: string | undefined;
  readonly partitionKeyPattern?: string | undefined;
  readonly partitionKeyPrefix?: string | undefined;
  readonly partitionDate?: Range<Instant> | undefined;
  /** A text in the name or the uri of an asset whose events the run took; letters stand for themselves. */
  readonly consumedAsset?: string | undefined;
  /** Nothing matches: a filter on something that no run has. */
  readonly nothing?: boolean | undefined;
}

/** Columns behind the names. */
export const RUN_SORTS = {
  id: "r.id",
  state: "r.state",
  dagId: "r.dag_id",
  runId: "r.run_id",
  logicalDate: "r.logical_date",
  runAfter: "r.run_after",
  startDate: "r.start_date",
  endDate: "r.end_date",
  updatedAt: "r.updated_at",
  runType: "r.run_type",
  partitionDate: "r.partition_date",
  duration: "r.end_date - r.start_date",
  conf: "r.conf::text",
} as const;

/** By what runs can be ordered. */
export type RunSort = keyof typeof RUN_SORTS;

const COLUMNS = `
  r.id, r.dag_id as "dagId", coalesce(d.display_name, d.dag_id) as "dagDisplayName", r.run_id as "runId", r.state,
  r.run_type as "runType", r.triggered_by as "triggeredBy", r.triggering_user as "triggeringUser", r.logical_date as "logicalDate",
  r.data_interval_start as "dataIntervalStart", r.data_interval_end as "dataIntervalEnd", r.run_after as "runAfter",
  r.queued_at as "queuedAt", r.start_date as "startDate", r.end_date as "endDate",
  r.last_scheduling_decision as "lastSchedulingDecision", r.conf, r.params, r.note, r.partition_key as "partitionKey", r.partition_date as "partitionDate", r.updated_at as "updatedAt",
  r.clear_number as "clearNumber", v.id as "versionId", v.uuid as "versionUuid", v.version_number as "versionNumber",
  v.created_at as "versionCreatedAt", (
    select coalesce(json_agg(json_build_object('uuid', e.uuid, 'versionNumber', e.version_number, 'createdAt',
      to_char(e.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
      order by e.version_number), '[]') from dag_run_version b join dag_version e on e.id = b.dag_version_id
    where b.dag_run_id = r.id and b.dag_version_id <> r.dag_version_id
  ) as "earlierVersions", exists (select 1 from task_instance t where t.dag_run_id = r.id) as "hasTaskInstances"`;
const FROM = "from dag_run r join dag d on d.dag_id = r.dag_id join dag_version v on v.id = r.dag_version_id";

function conditionsOf(scope: DagScope, filter: RunFilter): Conditions {
  const conditions = new Conditions()
    .scope("r.dag_id", scope)
    .anyOf("r.dag_id", filter.dagIds)
    .pattern("r.dag_id", filter.dagIdPattern)
    .prefix("r.dag_id", filter.dagIdPrefix)
    .anyOf("r.run_id", filter.runIds)
    .pattern("r.run_id", filter.runIdPattern)
    .prefix("r.run_id", filter.runIdPrefix)
    .stateIn("r.state", filter.states)
    .anyOf("r.run_type", filter.runTypes)
    .pattern("r.triggering_user", filter.triggeringUserPattern)
    .prefix("r.triggering_user", filter.triggeringUserPrefix)
    .add(
      filter.confContains === undefined ? undefined : `%${filter.confContains}%`,
      (param) => `r.conf::text ilike ${param}`,
    )
    .anyOf("v.version_number", filter.versionNumbers, "integer")
    .range("r.run_after", filter.runAfter)
    .range("r.logical_date", filter.logicalDate)
    .range("r.start_date", filter.startDate)
    .range("r.end_date", filter.endDate)
    .range("r.updated_at", filter.updatedAt)
    .equals("r.partition_key", filter.partitionKey)
    .pattern("r.partition_key", filter.partitionKeyPattern)
    .prefix("r.partition_key", filter.partitionKeyPrefix)
    .range("r.partition_date", filter.partitionDate)
    .add(
      filter.consumedAsset === "" ? undefined : filter.consumedAsset,
      (
        param,
      ) => `exists (select 1 from dag_run_asset_event l join asset_event e on e.id = l.event_id join asset a on a.id = e.asset_id
        where l.dag_run_id = r.id and (strpos(lower(a.name), lower(${param})) > 0 or strpos(lower(a.uri), lower(${param})) > 0))`,
    )
    .range("extract(epoch from r.end_date - r.start_date)", filter.durationSeconds);
  return filter.nothing === true ? conditions.raw("false") : conditions;
}

/** Runs that a caller may see. */
export async function listRuns(
  sql: Sql,
  scope: DagScope,
  filter: RunFilter,
  ordering: Ordering<RunSort>,
  paging: Paging,
): Promise<Page<RunRow>> {
  const conditions = conditionsOf(scope, filter);
  return selectPage(sql, {
    columns: COLUMNS,
    from: FROM,
    conditions,
    sorts: RUN_SORTS,
    ordering,
    last: "r.id",
    paging,
  });
}

/** One run; undefined where there is none. Rights are the caller's affair. */
export async function findRun(sql: Sql, dagId: string, runId: string): Promise<RunRow | undefined> {
  return firstOf(
    await sql.query<RunRow>(`select ${COLUMNS} ${FROM} where r.dag_id = $1 and r.run_id = $2`, [dagId, runId]),
  );
}

/** What a run was launched with: door, principal, credential, client, resolved environment names. */
export async function findLaunchContext(sql: Sql, dagId: string, runId: string): Promise<JsonObject | undefined> {
  const rows = await sql.query<{ launch: JsonObject }>(
    "select launch_context as launch from dag_run where dag_id = $1 and run_id = $2",
    [dagId, runId],
  );
  return firstOf(rows)?.launch;
}

/** Newest runs of each of some Dags, oldest first, for the marks beside a Dag's name. */
export async function lastRunsByDag(
  sql: Sql,
  dagIds: readonly string[],
  each: number,
): Promise<ReadonlyMap<string, readonly LastRun[]>> {
  const rows = await sql.query<LastRun & { readonly dagId: string }>(
    `select d.dag_id as "dagId", r.* from unnest($1::text[]) d (dag_id), lateral (
       select run_id as "runId", state, run_type as "runType", run_after as "runAfter", start_date as "startDate", end_date as "endDate"
       from dag_run where dag_run.dag_id = d.dag_id order by run_after desc, id desc limit $2) r`,
    [dagIds, each],
  );
  const byDag = new Map<string, LastRun[]>();
  for (const { dagId, ...run } of rows) byDag.set(dagId, [run, ...(byDag.get(dagId) ?? [])]);
  return byDag;
}

/** A run as a mark. */
export interface LastRun {
  readonly runId: string;
  readonly state: RunState;
  readonly runType: RunType;
  readonly runAfter: Instant;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
}

/** Numbers of runs by Dag and state. */
export async function countRunsByState(
  sql: Sql,
  scope: DagScope,
  dagIds: readonly string[] | undefined,
): Promise<readonly DagRunCounts[]> {
  const conditions = new Conditions().scope("d.dag_id", scope).anyOf("d.dag_id", dagIds);
  return sql.query<DagRunCounts>(
    `select d.dag_id as "dagId", coalesce(d.display_name, d.dag_id) as "displayName",
       coalesce((select jsonb_object_agg(c.state, c.count) from (select state, count(*) from dag_run r where r.dag_id = d.dag_id group by state) c), '{}') as counts
     from dag d ${conditions.where()} order by d.dag_id`,
    conditions.params,
  );
}

/** Runs of one Dag, counted by state; states without a run are absent. */
export interface DagRunCounts {
  readonly dagId: string;
  readonly displayName: string;
  readonly counts: Readonly<Partial<Record<RunState, number>>>;
}
