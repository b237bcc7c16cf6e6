import type { Sql } from "../database/sql.ts";
import type { EventRow } from "./events.ts";

// Keys are given before the commit: so far below a cursor an event may have become visible after its reader was at the cursor.
const OVERLAP_IDS = 1000;
const OVERLAP = "interval '1 minute'";

/**
 * What a reader that was away may have missed, oldest first: everything behind its cursor, and of what is a little before it the young rows, whose
 * transaction may have been open when the cursor was told. An event may therefore come twice, never not at all.
 * @returns undefined where rows behind the cursor are gone, or more than `limit` would have to be told
 */
export async function replayEvents(sql: Sql, after: number, limit: number): Promise<readonly EventRow[] | undefined> {
  const [known] = await sql.query<{ oldest: number | null }>("select min(id) as oldest from event");
  if (known?.oldest != null && after > 0 && after < known.oldest - 1) return undefined;
  const rows = await sql.query<EventRow>(
    `select e.id, e.at, e.dag_id as "dagId", r.run_id as "runId", t.task_id as "taskId", t.map_index as "mapIndex", e.from_state as "fromState",
       e.to_state as "toState", e.reason
     from event e left join dag_run r on r.id = e.dag_run_id left join task_instance t on t.id = e.task_instance_id
     where e.id > $1 - ${String(OVERLAP_IDS)} and (e.id > $1 or e.at > clock_timestamp() - ${OVERLAP}) order by e.id limit $2`,
    [after, limit + 1],
  );
  return rows.length > limit ? undefined : rows;
}
