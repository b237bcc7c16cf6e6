import type { DagScope, Instant, RunState, SerializedDag } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { Conditions, firstOf, type Ordering, type Page, type Paging, type Range } from "./conditions.ts";
import { selectPage } from "./select-page.ts";

/** A Dag as lists show it. */
export interface DagRow {
  readonly dagId: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly relativeFileloc: string;
  readonly owners: readonly string[];
  readonly tags: readonly string[];
  readonly isPaused: boolean;
  readonly isStale: boolean;
  readonly staleSince: Instant | null;
  readonly hasImportErrors: boolean;
  readonly lastParsedAt: Instant | null;
  readonly lastParseSeconds: number | null;
  readonly nextLogicalDate: Instant | null;
  readonly nextDataIntervalStart: Instant | null;
  readonly nextDataIntervalEnd: Instant | null;
  readonly nextRunAfter: Instant | null;
  readonly createdAt: Instant;
  /** The newest version; null before the first was stored. */
  readonly versionId: number | null;
  readonly versionUuid: string | null;
  readonly versionNumber: number | null;
  readonly versionCreatedAt: Instant | null;
  /** The newest version's definition without its tasks. */
  readonly definition: Omit<SerializedDag, "tasks"> | null;
  readonly hasTaskConcurrencyLimits: boolean;
}

/** What Dags are picked by. */
export interface DagFilter {
  readonly dagIds?: readonly string[] | undefined;
  readonly dagIdPattern?: string | undefined;
  readonly dagIdPrefix?: string | undefined;
  readonly displayNamePattern?: string | undefined;
  readonly displayNamePrefix?: string | undefined;
  /** In the id, the display name, the description or a tag. */
  readonly search?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly tagsMatch?: "any" | "all" | undefined;
  readonly owners?: readonly string[] | undefined;
  readonly isPaused?: boolean | undefined;
  readonly excludeStale?: boolean | undefined;
  readonly hasImportErrors?: boolean | undefined;
  /** State of the newest run. */
  readonly lastRunState?: RunState | undefined;
  /** Any run with these. */
  readonly runStates?: readonly RunState[] | undefined;
  readonly runStartDate?: Range<Instant> | undefined;
  readonly runEndDate?: Range<Instant> | undefined;
  /** Only what this account has marked. */
  readonly favoriteOf?: number | undefined;
  /** Only what this account has not marked. */
  readonly notFavoriteOf?: number | undefined;
  readonly hasAssetSchedule?: boolean | undefined;
  /** A text in the name or the uri of an asset of the schedule; letters stand for themselves. */
  readonly assetDependency?: string | undefined;
}

/** By what Dags can be ordered. */
export type DagSort = keyof typeof DAG_SORTS;

/** Columns behind the names. */
export const DAG_SORTS = {
  dagId: "d.dag_id",
  displayName: "coalesce(d.display_name, d.dag_id)",
  nextLogicalDate: "d.next_logical_date",
  nextRunAfter: "d.next_run_after",
  isPaused: "d.is_paused",
  lastRunState:
    "(select r.state from dag_run r where r.dag_id = d.dag_id order by r.run_after desc, r.id desc limit 1)",
  lastRunStartDate:
    "(select r.start_date from dag_run r where r.dag_id = d.dag_id order by r.run_after desc, r.id desc limit 1)",
} as const;

const COLUMNS = `
  d.dag_id as "dagId", coalesce(d.display_name, d.dag_id) as "displayName", d.description,
  d.relative_fileloc as "relativeFileloc", d.owners,
  coalesce((select array_agg(t.name order by t.name) from dag_tag t where t.dag_id = d.dag_id), '{}') as tags,
  d.is_paused as "isPaused", d.is_stale as "isStale", d.stale_since as "staleSince", d.has_import_errors as "hasImportErrors",
  d.last_parsed_at as "lastParsedAt", d.last_parse_seconds as "lastParseSeconds",
  d.next_logical_date as "nextLogicalDate", d.next_data_interval_start as "nextDataIntervalStart",
  d.next_data_interval_end as "nextDataIntervalEnd", d.next_run_after as "nextRunAfter", d.created_at as "createdAt",
  v.id as "versionId", v.uuid as "versionUuid", v.version_number as "versionNumber", v.created_at as "versionCreatedAt",
  (select json_object_agg(m.key, m.value) from json_each(v.serialized) m where m.key <> 'tasks') as definition,
  coalesce(jsonb_path_exists(v.serialized::jsonb, '$.tasks[*] ? (@.maxActivePerDag != null || @.maxActivePerRun != null)'), false)
    as "hasTaskConcurrencyLimits"`;
const FROM = `from dag d left join dag_version v on v.id = d.current_version_id`;

function conditionsOf(scope: DagScope, filter: DagFilter): Conditions {
  const conditions = new Conditions().scope("d.dag_id", scope);
  conditions
    .anyOf("d.dag_id", filter.dagIds)
    .pattern("d.dag_id", filter.dagIdPattern)
    .prefix("d.dag_id", filter.dagIdPrefix)
    .pattern("coalesce(d.display_name, d.dag_id)", filter.displayNamePattern)
    .prefix("coalesce(d.display_name, d.dag_id)", filter.displayNamePrefix)
    .equals("d.is_paused", filter.isPaused)
    .equals("d.has_import_errors", filter.hasImportErrors)
    .add(nonEmpty(filter.owners), (param) => `d.owners && ${param}::text[]`)
    .add(
      filter.search === undefined ? undefined : `%${filter.search}%`,
      (param) =>
        `(d.dag_id ilike ${param} or d.display_name ilike ${param} or d.description ilike ${param}
        or exists (select 1 from dag_tag t where t.dag_id = d.dag_id and t.name ilike ${param}))`,
    )
    .add(
      filter.favoriteOf,
      (param) => `exists (select 1 from dag_favorite f where f.dag_id = d.dag_id and f.account_id = ${param})`,
    )
    .add(
      filter.notFavoriteOf,
      (param) => `not exists (select 1 from dag_favorite f where f.dag_id = d.dag_id and f.account_id = ${param})`,
    )
    .add(
      filter.hasAssetSchedule,
      (param) =>
        `(exists (select 1 from asset_reference r where r.dag_id = d.dag_id and r.kind = 'schedule')
        or exists (select 1 from asset_alias_reference r where r.dag_id = d.dag_id and r.kind = 'schedule')) = ${param}`,
    )
    .add(
      filter.assetDependency,
      (
        param,
      ) => `exists (select 1 from asset_reference r join asset a on a.id = r.asset_id where r.dag_id = d.dag_id and r.kind = 'schedule'
        and (strpos(lower(a.name), lower(${param})) > 0 or strpos(lower(a.uri), lower(${param})) > 0))`,
    )
    .add(filter.lastRunState, (param) => `${DAG_SORTS.lastRunState} = ${param}`);
  if (filter.excludeStale === true) conditions.raw("not d.is_stale");
  const tags = nonEmpty(filter.tags);
  if (filter.tagsMatch === "all") {
    conditions.add(
      tags,
      (param) =>
        `${param}::text[] <@ (select coalesce(array_agg(t.name), '{}') from dag_tag t where t.dag_id = d.dag_id)`,
    );
  } else {
    conditions.add(
      tags,
      (param) => `exists (select 1 from dag_tag t where t.dag_id = d.dag_id and t.name = any(${param}::text[]))`,
    );
  }
  addRunConditions(conditions, filter);
  return conditions;
}

function addRunConditions(conditions: Conditions, filter: DagFilter): void {
  const parts: string[] = [];
  const states = nonEmpty(filter.runStates);
  if (states !== undefined) parts.push(`r.state = any(${conditions.param(states)}::text[])`);
  for (const [column, range] of [
    ["r.start_date", filter.runStartDate],
    ["r.end_date", filter.runEndDate],
  ] as const) {
    for (const [name, operator] of [
      ["gte", ">="],
      ["gt", ">"],
      ["lte", "<="],
      ["lt", "<"],
    ] as const) {
      const bound = range?.[name];
      if (bound !== undefined) parts.push(`${column} ${operator} ${conditions.param(bound)}`);
    }
  }
  if (parts.length > 0)
    conditions.raw(`exists (select 1 from dag_run r where r.dag_id = d.dag_id and ${parts.join(" and ")})`);
}

function nonEmpty<T>(values: readonly T[] | undefined): readonly T[] | undefined {
  return values === undefined || values.length === 0 ? undefined : values;
}

/** Dags that a caller may see. */
export async function listDags(
  sql: Sql,
  scope: DagScope,
  filter: DagFilter,
  ordering: Ordering<DagSort>,
  paging: Paging,
): Promise<Page<DagRow>> {
  const conditions = conditionsOf(scope, filter);
  return selectPage(sql, {
    columns: COLUMNS,
    from: FROM,
    conditions,
    sorts: DAG_SORTS,
    ordering,
    last: "d.dag_id",
    paging,
    key: "d.dag_id",
  });
}

/** One Dag; undefined where there is none. Rights are the caller's affair. */
export async function findDag(sql: Sql, dagId: string): Promise<DagRow | undefined> {
  // Here the definition is whole, because jsonb would forget the order of the params.
  const columns = COLUMNS.replace("v.serialized::jsonb - 'tasks'", "v.serialized");
  return firstOf(await sql.query<DagRow>(`select ${columns} ${FROM} where d.dag_id = $1`, [dagId]));
}

/** How many runs of a Dag are queued or running. */
export async function countActiveRuns(sql: Sql, dagId: string): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    "select count(*) from dag_run where dag_id = $1 and state in ('queued', 'running')",
    [dagId],
  );
  return row?.count ?? 0;
}

/** Ids of all Dags in a scope, for "did you mean". At most 1,000. */
export async function listDagIds(sql: Sql, scope: DagScope): Promise<readonly string[]> {
  const conditions = new Conditions().scope("dag_id", scope);
  const rows = await sql.query<{ dagId: string }>(
    `select dag_id as "dagId" from dag ${conditions.where()} order by dag_id limit 1000`,
    conditions.params,
  );
  return rows.map(({ dagId }) => dagId);
}
