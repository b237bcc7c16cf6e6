import type { DagScope, Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { Conditions } from "./conditions.ts";

/** That events of an asset wait for a run of a Dag. */
export interface QueuedEventRow {
  readonly dagId: string;
  readonly dagDisplayName: string;
  readonly assetId: number;
  readonly uri: string;
  /** When the first of them came. */
  readonly createdAt: Instant;
}

/** What waits, of a Dag, of an asset, or of both. */
export interface QueuedEventFilter {
  readonly dagId?: string | undefined;
  readonly assetId?: number | undefined;
  readonly uri?: string | undefined;
  /** Only what came before. */
  readonly before?: Instant | undefined;
}

/** Assets whose events wait for a run, by Dag; of Dags that the caller may read. */
export async function listQueuedEvents(
  sql: Sql,
  scope: DagScope,
  { dagId, assetId, uri, before }: QueuedEventFilter,
): Promise<readonly QueuedEventRow[]> {
  const conditions = new Conditions()
    .scope("q.dag_id", scope)
    .equals("q.dag_id", dagId)
    .equals("q.asset_id", assetId)
    .equals("a.uri", uri)
    .range("q.created_at", { lt: before });
  return sql.query<QueuedEventRow>(
    `select q.dag_id as "dagId", coalesce(d.display_name, d.dag_id) as "dagDisplayName", q.asset_id as "assetId", a.uri, min(q.created_at) as "createdAt"
     from asset_queued_event q join asset a on a.id = q.asset_id join dag d on d.dag_id = q.dag_id ${conditions.where()}
     group by q.dag_id, d.display_name, d.dag_id, q.asset_id, a.uri order by q.dag_id, q.asset_id`,
    conditions.params,
  );
}
