import type { AssetKey, JsonValue } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";

/** Who wrote a value. */
export type AssetStateWriter =
  | { readonly kind: "api" }
  | {
      readonly kind: "task";
      readonly dagId: string;
      readonly runId: string;
      readonly taskId: string;
      readonly mapIndex: number;
    };

/** What is kept beside an active asset under a key; undefined where nothing is. */
export async function loadAssetState(
  sql: Sql,
  { name, uri }: AssetKey,
  key: string,
): Promise<{ readonly value: JsonValue } | undefined> {
  const rows = await sql.query<{ value: JsonValue }>(
    `select s.value from asset a join asset_state s on s.asset_id = a.id where a.name = $1 and a.uri = $2 and a.is_active and s.key = $3`,
    [name, uri, key],
  );
  return rows[0];
}

/** Keeps a value beside an asset. */
export async function storeAssetState(
  sql: Sql,
  assetId: number,
  key: string,
  value: JsonValue,
  writer: AssetStateWriter,
): Promise<void> {
  const task = writer.kind === "task" ? writer : null;
  await sql.execute(
    `insert into asset_state (asset_id, key, value, updated_by_kind, updated_by_dag_id, updated_by_run_id, updated_by_task_id, updated_by_map_index)
     values ($1, $2, $3::json, $4, $5, $6, $7, $8)
     on conflict (asset_id, key) do update set value = excluded.value, updated_at = clock_timestamp(), updated_by_kind = excluded.updated_by_kind,
       updated_by_dag_id = excluded.updated_by_dag_id, updated_by_run_id = excluded.updated_by_run_id,
       updated_by_task_id = excluded.updated_by_task_id, updated_by_map_index = excluded.updated_by_map_index`,
    [
      assetId,
      key,
      JSON.stringify(value),
      writer.kind,
      task?.dagId ?? null,
      task?.runId ?? null,
      task?.taskId ?? null,
      task?.mapIndex ?? null,
    ],
  );
}

/** The key of an active asset; undefined where there is none. */
export async function findActiveAssetId(sql: Sql, { name, uri }: AssetKey): Promise<number | undefined> {
  const rows = await sql.query<{ id: number }>(`select id from asset where name = $1 and uri = $2 and is_active`, [
    name,
    uri,
  ]);
  return rows[0]?.id;
}

/** Forgets a key, or all of them. */
export async function deleteAssetState(sql: Sql, assetId: number, key: string | null): Promise<void> {
  await sql.execute(`delete from asset_state where asset_id = $1 and ($2::text is null or key = $2)`, [assetId, key]);
}
