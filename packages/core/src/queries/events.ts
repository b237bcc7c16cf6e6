import type { Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** A transition as event readers see it. */
export interface EventRow {
  readonly id: number;
  readonly at: Instant;
  readonly dagId: string;
  readonly runId: string | null;
  readonly taskId: string | null;
  readonly mapIndex: number | null;
  readonly fromState: string | null;
  readonly toState: string | null;
  readonly reason: string;
}

/**
 * Events after a cursor, oldest first. Events of transactions that may still be open are left for later: ids are given before the commit, so a
 * smaller one may become visible after a greater one.
 */
export async function readEvents(sql: Sql, after: number, limit: number): Promise<readonly EventRow[]> {
  return sql.query<EventRow>(
    `select e.id, e.at, e.dag_id as "dagId", r.run_id as "runId", t.task_id as "taskId", t.map_index as "mapIndex", e.from_state as "fromState",
       e.to_state as "toState", e.reason
     from event e left join dag_run r on r.id = e.dag_run_id left join task_instance t on t.id = e.task_instance_id
     where e.id > $1 and e.transaction_id < pg_snapshot_xmin(pg_current_snapshot()) order by e.id limit $2`,
    [after, limit],
  );
}

/** The newest event that is surely visible to everybody; 0 where there is none. */
export async function latestEventId(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ id: number | null }>(
    "select max(id) as id from event where transaction_id < pg_snapshot_xmin(pg_current_snapshot())",
  );
  return row?.id ?? 0;
}

/** The transitions of one run, oldest first. */
export async function listRunEvents(sql: Sql, dagId: string, runId: string): Promise<readonly EventRow[]> {
  return sql.query<EventRow>(
    `select e.id, e.at, e.dag_id as "dagId", r.run_id as "runId", t.task_id as "taskId", t.map_index as "mapIndex", e.from_state as "fromState",
       e.to_state as "toState", e.reason
     from event e join dag_run r on r.id = e.dag_run_id left join task_instance t on t.id = e.task_instance_id
     where r.dag_id = $1 and r.run_id = $2 order by e.id limit 10000`,
    [dagId, runId],
  );
}
