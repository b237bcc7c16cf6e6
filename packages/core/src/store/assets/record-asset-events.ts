import type { Instant } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";
import type { AssetEventDraft } from "../../domain/assets/asset-events.ts";
import { makeAssets } from "./make-assets.ts";

/** Where an event comes from. */
export interface AssetEventSource {
  /** Whose partition the event has unless it has its own; null where no run made it. */
  readonly dagRunId: number | null;
  readonly dagId: string | null;
  readonly runId: string | null;
  readonly taskId: string | null;
  readonly mapIndex: number;
}

/** An event to be written. */
export interface AssetEventRow extends AssetEventDraft {
  readonly at: Instant;
  readonly source: AssetEventSource;
}

/** What was written. */
export interface RecordedAssetEvents {
  /** Keys of the events, in the order given; events of assets that are not active are left out. */
  readonly eventIds: readonly number[];
  /** Dags that have something new to wait for. */
  readonly queuedDagIds: readonly string[];
}

// Keys are taken first, so that what belongs to an event can be written in the same statement. An asset that is named by an alias counts also where it
// could not be made active: the alias is what is waited for.
const RECORD = `
  with given as materialized (
    select nextval(pg_get_serial_sequence('asset_event', 'id')) as id, g.*, a.id as asset_id, coalesce(g.partition_key, r.partition_key) as key
    from jsonb_to_recordset($1::jsonb) as g(n integer, name text, uri text, at timestamptz, extra text, partition_key text, aliases text[],
      dag_run_id bigint, dag_id text, run_id text, task_id text, map_index integer)
    join asset a on a.name = g.name and a.uri = g.uri and (a.is_active or cardinality(g.aliases) > 0 or g.dag_run_id is null)
    left join dag_run r on r.id = g.dag_run_id
    order by g.n
  ), made as (
    insert into asset_event (id, asset_id, timestamp, extra, source_dag_id, source_task_id, source_run_id, source_map_index, partition_key)
    overriding system value
    select id, asset_id, at, extra::json, dag_id, task_id, run_id, map_index, key from given order by n
  ), aliased as materialized (
    select g.id as event_id, g.asset_id, l.id as alias_id, g.at, g.key from given g cross join lateral unnest(g.aliases) as named(name)
    join asset_alias l on l.name = named.name
  ), through as (
    insert into asset_alias_event (alias_id, event_id) select alias_id, event_id from aliased
  ), related as (
    insert into asset_alias_asset (alias_id, asset_id) select distinct alias_id, asset_id from aliased order by 1, 2 on conflict do nothing
  ), wanted as (
    select f.dag_id, g.id as event_id, g.asset_id, g.at, g.key, f.is_partitioned
    from given g join asset_reference f on f.asset_id = g.asset_id and f.kind = 'schedule'
    union
    select f.dag_id, g.event_id, g.asset_id, g.at, g.key, false
    from aliased g join asset_alias_reference f on f.alias_id = g.alias_id and f.kind = 'schedule'
  ), queued as (
    -- As on Airflow a paused Dag misses what happens meanwhile, and an event of a partition is for those who go by partitions, and for nobody else.
    insert into asset_queued_event (dag_id, event_id, asset_id, created_at)
    select w.dag_id, w.event_id, w.asset_id, w.at from wanted w join dag d on d.dag_id = w.dag_id and not d.is_paused
    where w.is_partitioned = (w.key is not null)
    on conflict do nothing
    returning dag_id
  )
  select (select array_agg(id order by n) from given) as events, (select array_agg(distinct dag_id) from queued) as dags`;

/**
 * Writes events of assets, and queues them for the Dags whose schedules wait for them. Call it in the transaction of what makes the events.
 * An asset that was found through an alias is made where it is not there.
 */
export async function recordAssetEvents(sql: Sql, rows: readonly AssetEventRow[]): Promise<RecordedAssetEvents> {
  if (rows.length === 0) return { eventIds: [], queuedDagIds: [] };
  const found = rows.filter((row) => row.aliases.length > 0).map((row) => row.asset);
  if (found.length > 0) await makeAssets(sql, found);
  const [written] = await sql.query<{ events: readonly number[] | null; dags: readonly string[] | null }>(RECORD, [
    JSON.stringify(
      rows.map(({ asset, aliases, extra, partitionKey, at, source }, n) => ({
        n,
        name: asset.name,
        uri: asset.uri,
        at,
        // As text: what `json` takes by itself, jsonb would refuse (a lone surrogate), and change (the order of the members).
        extra: JSON.stringify(extra),
        partition_key: partitionKey,
        aliases,
        dag_run_id: source.dagRunId,
        dag_id: source.dagId,
        run_id: source.runId,
        task_id: source.taskId,
        map_index: source.mapIndex,
      })),
    ),
  ]);
  return { eventIds: written?.events ?? [], queuedDagIds: written?.dags ?? [] };
}
