import type { SerializedAsset } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";

/** An asset with its key. */
export interface StoredAsset extends SerializedAsset {
  readonly id: number;
}

/** How a caller names an asset. */
export type AssetName = { readonly id: number } | { readonly uri: string };

/** An asset by its key, or (the active one, else the oldest) by its uri. */
export async function findStoredAsset(sql: Sql, which: AssetName): Promise<StoredAsset | undefined> {
  if ("id" in which && !Number.isSafeInteger(which.id)) return undefined;
  const rows = await sql.query<StoredAsset>(
    `select id, name, uri, group_name as "group", extra from asset where ${"id" in which ? "id = $1" : "uri = $1"} order by is_active desc, id limit 1`,
    ["id" in which ? which.id : which.uri],
  );
  return rows[0];
}

/** The Dags with a task that writes an asset. */
export async function listProducers(sql: Sql, assetId: number): Promise<readonly string[]> {
  if (!Number.isSafeInteger(assetId)) return [];
  const rows = await sql.query<{ dag_id: string }>(
    `select distinct dag_id from asset_reference where asset_id = $1 and kind = 'outlet' order by dag_id`,
    [assetId],
  );
  return rows.map((row) => row.dag_id);
}
