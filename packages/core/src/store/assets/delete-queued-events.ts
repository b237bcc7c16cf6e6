import type { Instant } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";

/** Which waiting events are taken back. */
export interface QueuedEventSelection {
  readonly dagId: string | null;
  readonly assetId: number | null;
  /** Only what came before; null: all. */
  readonly before: Instant | null;
  /** Only of these Dags; null: of all. */
  readonly dagIds: readonly string[] | null;
}

/** Takes waiting events back, so that no run is made by them. @returns how many assets had any, counted by Dag */
export async function deleteQueuedEvents(sql: Sql, selection: QueuedEventSelection): Promise<number> {
  const [row] = await sql.query<{ n: number }>(
    `with gone as (
       delete from asset_queued_event where ($1::text is null or dag_id = $1) and ($2::bigint is null or asset_id = $2)
         and ($3::timestamptz is null or created_at < $3) and ($4::text[] is null or dag_id = any($4::text[]))
       returning dag_id, asset_id
     )
     select count(*) as n from (select distinct dag_id, asset_id from gone) g`,
    [selection.dagId, selection.assetId, selection.before, selection.dagIds],
  );
  return row?.n ?? 0;
}
