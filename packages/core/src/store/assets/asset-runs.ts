import type { AssetKey, Instant, SerializedDag } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";

/** Events that wait for a run of a Dag, of one asset and one partition. */
export interface QueuedAsset extends AssetKey {
  readonly assetId: number;
  readonly partitionKey: string | null;
  /** When the first of them came. */
  readonly since: Instant;
}

/** A Dag that events wait for, locked. */
export interface WaitingDag {
  readonly dagId: string;
  readonly dagVersionId: number;
  readonly dag: SerializedDag;
  /** How many more runs it may have; none where another scheduler has just made them. */
  readonly room: number;
  readonly queued: readonly QueuedAsset[];
  /** Assets by the aliases of its schedule. */
  readonly aliases: ReadonlyMap<string, readonly AssetKey[]>;
}

/** Dags for which events wait. */
export async function listQueuedDagIds(sql: Sql): Promise<readonly string[]> {
  const rows = await sql.query<{ dag_id: string }>(`select distinct dag_id from asset_queued_event order by dag_id`);
  return rows.map((row) => row.dag_id);
}

/**
 * Dags for which events wait and that may have another run, locked until the transaction ends, so that one scheduler at a time decides about a
 * Dag. Who waits for the lock sees what the other one has left: locks first, then the queue and the runs there are.
 * @param dagIds those to look at
 */
export async function lockWaitingDags(sql: Sql, dagIds: readonly string[]): Promise<readonly WaitingDag[]> {
  const dags = await sql.query<{
    dag_id: string;
    current_version_id: number;
    serialized: SerializedDag;
    max_active_runs: number;
  }>(
    `select d.dag_id, d.current_version_id, v.serialized, v.max_active_runs
     from dag d join dag_version v on v.id = d.current_version_id
     cross join lateral (
       select count(*) as active_runs from dag_run r where r.dag_id = d.dag_id and r.state in ('queued', 'running') and r.backfill_id is null
     ) c
     where d.dag_id = any($1::text[]) and not d.is_paused and not d.is_stale and c.active_runs < v.max_active_runs
       and exists (select 1 from asset_queued_event q where q.dag_id = d.dag_id)
     order by d.dag_id
     for no key update of d`,
    [dagIds],
  );
  if (dags.length === 0) return [];
  const ids = dags.map((dag) => dag.dag_id);
  const [active, queued, aliases] = await Promise.all([
    countActiveRuns(sql, ids),
    sql.query<QueuedAsset & { readonly dagId: string }>(
      `select q.dag_id as "dagId", q.asset_id as "assetId", a.name, a.uri, e.partition_key as "partitionKey", min(q.created_at) as since
       from asset_queued_event q join asset a on a.id = q.asset_id join asset_event e on e.id = q.event_id
       where q.dag_id = any($1::text[]) group by q.dag_id, q.asset_id, a.name, a.uri, e.partition_key`,
      [ids],
    ),
    sql.query<AssetKey & { readonly dagId: string; readonly alias: string }>(
      `select f.dag_id as "dagId", l.name as alias, a.name, a.uri
       from asset_alias_reference f join asset_alias l on l.id = f.alias_id
       join asset_alias_asset m on m.alias_id = l.id join asset a on a.id = m.asset_id
       where f.dag_id = any($1::text[]) and f.kind = 'schedule'`,
      [ids],
    ),
  ]);
  const byDag = Map.groupBy(queued, (each) => each.dagId);
  const aliasesByDag = Map.groupBy(aliases, (each) => each.dagId);
  return dags.map((row) => ({
    dagId: row.dag_id,
    dagVersionId: row.current_version_id,
    dag: row.serialized,
    room: row.max_active_runs - (active.get(row.dag_id) ?? 0),
    queued: byDag.get(row.dag_id) ?? [],
    aliases: Map.groupBy(aliasesByDag.get(row.dag_id) ?? [], (each) => each.alias),
  }));
}

/**
 * How many runs of Dags are queued or running, backfills' aside. In a statement of its own behind the one that locks: a count in the locking statement
 * is as old as that statement, however long it waited.
 */
async function countActiveRuns(sql: Sql, dagIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.query<{ dag_id: string; active: number }>(
    `select dag_id, count(*) as active from dag_run
     where dag_id = any($1::text[]) and state in ('queued', 'running') and backfill_id is null group by dag_id`,
    [dagIds],
  );
  return new Map(rows.map((row) => [row.dag_id, row.active]));
}

/** An event that a run takes. */
export interface TakenEvent {
  readonly eventId: number;
  readonly at: Instant;
}

/** Which events of an asset. */
export type EventsOfPartition = Pick<QueuedAsset, "assetId" | "partitionKey">;

/** Takes the events that wait for a Dag: they wait no more. @param partitions of which assets and partitions; null: those without a partition */
export async function takeQueuedEvents(
  sql: Sql,
  dagId: string,
  partitions: readonly EventsOfPartition[] | null,
): Promise<readonly TakenEvent[]> {
  return sql.query<TakenEvent>(
    `delete from asset_queued_event q using asset_event e
     where q.dag_id = $1 and e.id = q.event_id
       and case when $2::bigint[] is null then e.partition_key is null
         else (q.asset_id, e.partition_key) in (select * from unnest($2::bigint[], $3::text[])) end
     returning q.event_id as "eventId", q.created_at as at`,
    [dagId, partitions && partitions.map((each) => each.assetId), (partitions ?? []).map((each) => each.partitionKey)],
  );
}

/** Writes which events a run took. */
export async function linkTaken(sql: Sql, dagRunId: number, events: readonly TakenEvent[]): Promise<void> {
  await sql.execute(
    `insert into dag_run_asset_event (dag_run_id, event_id) select $1, unnest($2::bigint[]) on conflict do nothing`,
    [dagRunId, events.map((each) => each.eventId)],
  );
}

/**
 * Adds what happened to the assets of a Dag's schedule since its last such run and was not queued for it, because it was paused then or because
 * somebody deleted it from the queue: as on Airflow a run has all events since the one before. Without one before it begins, unless the Dag
 * catches up, where the Dag began to wait for its assets.
 * @param until the moment of the newest event that the run took
 */
export async function linkSinceLastRun(
  sql: Sql,
  run: { readonly id: number; readonly dagId: string; readonly catchup: boolean; readonly until: Instant },
): Promise<void> {
  await sql.execute(
    `with floor as (
       select coalesce(
         (select max(r.run_after) from dag_run r where r.dag_id = $2 and r.run_type = 'asset_triggered' and r.id <> $1 and r.run_after < $4),
         case when not $3 then (
           select min(created_at) from (
             select created_at from asset_reference where dag_id = $2 and kind = 'schedule'
             union all select created_at from asset_alias_reference where dag_id = $2 and kind = 'schedule'
           ) f
         ) end,
         '-infinity'::timestamptz
       ) as at
     ), candidates as (
       select e.id from asset_reference f join asset_event e on e.asset_id = f.asset_id
       where f.dag_id = $2 and f.kind = 'schedule' and e.timestamp <= $4 and e.timestamp > (select at from floor)
       union
       select e.id from asset_alias_reference f join asset_alias_event m on m.alias_id = f.alias_id join asset_event e on e.id = m.event_id
       where f.dag_id = $2 and f.kind = 'schedule' and e.timestamp <= $4 and e.timestamp > (select at from floor)
     )
     insert into dag_run_asset_event (dag_run_id, event_id)
     select $1, c.id from candidates c
     where not exists (select 1 from asset_queued_event q where q.dag_id = $2 and q.event_id = c.id)
       and not exists (
         select 1 from dag_run_asset_event l join dag_run r on r.id = l.dag_run_id
         where l.event_id = c.id and r.dag_id = $2 and r.run_type = 'asset_triggered'
       )
     on conflict do nothing`,
    [run.id, run.dagId, run.catchup, run.until],
  );
}
