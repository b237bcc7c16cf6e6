import type { Instant, JsonValue } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { firstOf, type Page, type Paging } from "./conditions.ts";

/** What is kept beside an asset under a key, and who wrote it. */
export interface AssetStateRow {
  readonly key: string;
  readonly value: JsonValue;
  readonly updatedAt: Instant;
  readonly kind: "task" | "watcher" | "api";
  readonly dagId: string | null;
  readonly runId: string | null;
  readonly taskId: string | null;
  readonly mapIndex: number | null;
}

const SELECT = `select key, value, updated_at as "updatedAt", updated_by_kind as kind, updated_by_dag_id as "dagId", updated_by_run_id as "runId",
  updated_by_task_id as "taskId", updated_by_map_index as "mapIndex" from asset_state where asset_id = $1`;

/** Everything that is kept beside an asset. */
export async function listAssetState(sql: Sql, assetId: number, paging: Paging): Promise<Page<AssetStateRow>> {
  const [count] = await sql.query<{ total: number }>("select count(*) as total from asset_state where asset_id = $1", [
    assetId,
  ]);
  const rows = await sql.query<AssetStateRow>(`${SELECT} order by key limit $2 offset $3`, [
    assetId,
    paging.limit,
    paging.offset,
  ]);
  return { rows, total: count?.total ?? 0 };
}

/** One key; undefined where there is none. */
export async function findAssetState(sql: Sql, assetId: number, key: string): Promise<AssetStateRow | undefined> {
  return firstOf(await sql.query<AssetStateRow>(`${SELECT} and key = $2`, [assetId, key]));
}
