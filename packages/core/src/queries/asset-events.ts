import type { DagScope, Instant, JsonObject, RunState } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { Conditions, type Ordering, type Page, type Paging, type Range } from "./conditions.ts";

/** A run that took an event. */
export interface ConsumingRun {
  readonly dagId: string;
  readonly runId: string;
  readonly logicalDate: Instant | null;
  readonly runAfter: Instant;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly state: RunState;
  readonly dataIntervalStart: Instant | null;
  readonly dataIntervalEnd: Instant | null;
  readonly partitionKey: string | null;
  /** The event is the newest of those that the run took: the one that made it. */
  readonly triggering: boolean;
}

/** An event of an asset. */
export interface AssetEventRow {
  readonly id: number;
  readonly assetId: number;
  readonly name: string;
  readonly uri: string;
  readonly group: string;
  readonly extra: JsonObject;
  readonly timestamp: Instant;
  readonly sourceDagId: string | null;
  readonly sourceTaskId: string | null;
  readonly sourceRunId: string | null;
  readonly sourceMapIndex: number;
  readonly partitionKey: string | null;
  readonly runs: readonly ConsumingRun[];
}

/** What events are picked by. */
export interface AssetEventFilter {
  readonly eventIds?: readonly number[] | undefined;
  readonly assetId?: number | undefined;
  readonly sourceDagId?: string | undefined;
  readonly sourceTaskId?: string | undefined;
  readonly sourceRunId?: string | undefined;
  readonly sourceMapIndex?: number | undefined;
  readonly namePattern?: string | undefined;
  readonly namePrefix?: string | undefined;
  readonly timestamp?: Range<Instant> | undefined;
  /** Those that a run took. */
  readonly takenBy?: { readonly dagId: string; readonly runId: string } | undefined;
}

/** Columns behind the names. */
export const ASSET_EVENT_SORTS = {
  id: "e.id",
  timestamp: "e.timestamp",
  dagId: "e.source_dag_id",
  taskId: "e.source_task_id",
  runId: "e.source_run_id",
  mapIndex: "e.source_map_index",
} as const;

const FROM = "from asset_event e join asset a on a.id = e.asset_id";

function conditionsOf(scope: DagScope, filter: AssetEventFilter): Conditions {
  const conditions = new Conditions()
    .anyOf("e.id", filter.eventIds, "bigint")
    .equals("e.asset_id", filter.assetId)
    .equals("e.source_dag_id", filter.sourceDagId)
    .equals("e.source_task_id", filter.sourceTaskId)
    .equals("e.source_run_id", filter.sourceRunId)
    .equals("e.source_map_index", filter.sourceMapIndex)
    .pattern("a.name", filter.namePattern)
    .prefix("a.name", filter.namePrefix)
    .range("e.timestamp", filter.timestamp);
  // What came through the API has no Dag to be kept from anybody.
  if (!scope.all) {
    conditions.add(
      [...scope.dagIds],
      (param) => `(e.source_dag_id is null or e.source_dag_id = any(${param}::text[]))`,
    );
  }
  const { takenBy } = filter;
  if (takenBy !== undefined) {
    const [dagId, runId] = [conditions.param(takenBy.dagId), conditions.param(takenBy.runId)];
    conditions.raw(
      `exists (select 1 from dag_run_asset_event l join dag_run r on r.id = l.dag_run_id where l.event_id = e.id and r.dag_id = ${dagId} and r.run_id = ${runId})`,
    );
  }
  return conditions;
}

/** Events of assets, of Dags that the caller may read and of none; with the runs of such Dags that took them. */
export async function listAssetEvents(
  sql: Sql,
  scope: DagScope,
  filter: AssetEventFilter,
  ordering: Ordering<keyof typeof ASSET_EVENT_SORTS>,
  paging: Paging,
): Promise<Page<AssetEventRow>> {
  const counted = conditionsOf(scope, filter);
  const [count] = await sql.query<{ total: number }>(
    `select count(*) as total ${FROM} ${counted.where()}`,
    counted.params,
  );
  if (paging.limit === 0) return { rows: [], total: count?.total ?? 0 };
  const conditions = conditionsOf(scope, filter);
  const where = conditions.where();
  const page = conditions.page(ASSET_EVENT_SORTS, ordering, "e.id", paging);
  const events = await sql.query<Omit<AssetEventRow, "runs">>(
    `select e.id, e.asset_id as "assetId", a.name, a.uri, a.group_name as "group", e.extra, e.timestamp, e.source_dag_id as "sourceDagId",
       e.source_task_id as "sourceTaskId", e.source_run_id as "sourceRunId", e.source_map_index as "sourceMapIndex",
       e.partition_key as "partitionKey"
     ${FROM} ${where} ${page}`,
    conditions.params,
  );
  const runs = await consumingRuns(
    sql,
    scope,
    events.map(({ id }) => id),
  );
  const rows = events.map((event) => ({ ...event, runs: runs.filter((each) => each.eventId === event.id) }));
  return { rows, total: count?.total ?? 0 };
}

async function consumingRuns(
  sql: Sql,
  scope: DagScope,
  eventIds: readonly number[],
): Promise<readonly (ConsumingRun & { readonly eventId: number })[]> {
  if (eventIds.length === 0) return [];
  const conditions = new Conditions().anyOf("l.event_id", eventIds, "bigint").scope("r.dag_id", scope);
  return sql.query(
    `select l.event_id as "eventId", r.dag_id as "dagId", r.run_id as "runId", r.logical_date as "logicalDate", r.run_after as "runAfter",
       r.start_date as "startDate", r.end_date as "endDate", r.state, r.data_interval_start as "dataIntervalStart",
       r.data_interval_end as "dataIntervalEnd", r.partition_key as "partitionKey",
       l.event_id = (
         select n.event_id from dag_run_asset_event n join asset_event e on e.id = n.event_id where n.dag_run_id = r.id
         order by e.timestamp desc, e.id desc limit 1
       ) as triggering
     from dag_run_asset_event l join dag_run r on r.id = l.dag_run_id ${conditions.where()} order by r.id`,
    conditions.params,
  );
}
