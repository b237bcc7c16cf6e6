import type { AssetEventValue, InletEventQuery } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";

/** The server's own bound on how many events one question gives. */
const MOST = 1_000;

const COLUMNS = `e.id, json_build_object('name', a.name, 'uri', a.uri, 'group', a.group_name) as asset,
  coalesce((select array_agg(l.name order by l.name) from asset_alias_event m join asset_alias l on l.id = m.alias_id where m.event_id = e.id), '{}')
    as aliases,
  e.timestamp, e.extra, e.source_dag_id as "sourceDagId", e.source_task_id as "sourceTaskId", e.source_run_id as "sourceRunId",
  e.source_map_index as "sourceMapIndex", e.partition_key as "partitionKey"`;

/** The events that a run took, the oldest first. */
export function loadTriggeringEvents(sql: Sql, dagRunId: number): Promise<readonly AssetEventValue[]> {
  return sql.query<AssetEventValue>(
    `select ${COLUMNS} from dag_run_asset_event l join asset_event e on e.id = l.event_id join asset a on a.id = e.asset_id
     where l.dag_run_id = $1 order by e.timestamp, e.id limit $2`,
    [dagRunId, MOST],
  );
}

/** Events of an asset, or of those that came through an alias. */
export function loadInletEvents(sql: Sql, query: InletEventQuery): Promise<readonly AssetEventValue[]> {
  const { of, after = null, before = null, descending = false, limit = MOST } = query;
  const order = descending ? "desc" : "asc";
  const which =
    of.kind === "asset"
      ? `a.name = $1 and a.uri = $2`
      : `$2::text is null and exists (select 1 from asset_alias_event m join asset_alias l on l.id = m.alias_id where m.event_id = e.id and l.name = $1)`;
  return sql.query<AssetEventValue>(
    `select ${COLUMNS} from asset_event e join asset a on a.id = e.asset_id
     where ${which} and ($3::timestamptz is null or e.timestamp >= $3) and ($4::timestamptz is null or e.timestamp < $4)
     order by e.timestamp ${order}, e.id ${order} limit $5`,
    [of.name, of.kind === "asset" ? of.uri : null, after, before, Math.max(0, Math.min(limit, MOST))],
  );
}
