import type { AssetKey, Instant, SerializedDag } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { assetText } from "../domain/assets/condition.ts";
import { scheduleCondition } from "../domain/assets/schedule-condition.ts";
import { whyDag, type WhyDag } from "../domain/why/why-dag.ts";

// As in `why.ts`: three missed beats and a little.
const RECENT_SECONDS = 30;

/** Why a Dag has no run now. @returns null for one that does not wait for assets, undefined where there is no such Dag */
export async function explainDag(sql: Sql, dagId: string): Promise<WhyDag | null | undefined> {
  const [dag] = await sql.query<{
    is_paused: boolean;
    serialized: SerializedDag | null;
    active: number;
    alive: boolean;
  }>(
    `select d.is_paused, v.serialized,
       (select count(*) from dag_run r where r.dag_id = d.dag_id and r.state in ('queued', 'running') and r.run_type <> 'backfill') as active,
       exists (select 1 from service_heartbeat where service = 'scheduler' and last_seen_at > clock_timestamp() - make_interval(secs => $2)) as alive
     from dag d left join dag_version v on v.id = d.current_version_id where d.dag_id = $1`,
    [dagId, RECENT_SECONDS],
  );
  if (dag === undefined) return undefined;
  const condition = dag.serialized === null ? undefined : scheduleCondition(dag.serialized.schedule);
  if (condition === undefined) return null;
  const [queued, members] = await Promise.all([
    sql.query<AssetKey & { readonly since: Instant }>(
      `select a.name, a.uri, min(q.created_at) as since from asset_queued_event q join asset a on a.id = q.asset_id where q.dag_id = $1 group by a.id`,
      [dagId],
    ),
    sql.query<AssetKey & { readonly alias: string }>(
      `select l.name as alias, a.name, a.uri from asset_alias_reference f join asset_alias l on l.id = f.alias_id
       join asset_alias_asset m on m.alias_id = l.id join asset a on a.id = m.asset_id where f.dag_id = $1 and f.kind = 'schedule'`,
      [dagId],
    ),
  ]);
  const since = new Map(queued.map((each) => [assetText(each), each.since]));
  return whyDag({
    dagId,
    isPaused: dag.is_paused,
    schedulerAlive: dag.alive,
    condition,
    waitingSince: (asset) => since.get(assetText(asset)),
    assetsOf: (alias) => members.filter((each) => each.alias === alias),
    activeRuns: dag.active,
    maxActiveRuns: dag.serialized?.maxActiveRuns ?? 1,
  });
}
