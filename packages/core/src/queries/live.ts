import type { Sql } from "../database/sql.ts";

/** A change that was committed, as screens want it. */
export interface LiveChange {
  /** Key of its event row; a reader that was away asks for what came after it. */
  readonly eventId: number;
  readonly kind: "run" | "task_instance";
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string | null;
  readonly mapIndex: number | null;
  readonly state: string | null;
}

/** What else a screen wants to hear of, named but not told: it asks for it anew. */
export type LiveHint =
  | { readonly kind: "dag"; readonly dagId: string }
  | { readonly kind: "import_errors" }
  | { readonly kind: "refused_requests" };

/** Changes as they are committed in this process. */
export interface LiveFeed {
  /**
   * Calls the listener for every batch of changes, after their commit, until the returned function has been called. A listener must not block; what it
   * throws is swallowed.
   */
  subscribe(listener: (changes: readonly (LiveChange | LiveHint)[]) => void): () => void;
}

/** The channel on which a process says that it has committed events (coalesced; the payload is its boot id). */
export const EVENTS_CHANNEL = "windlass_events";

/**
 * Changes after a cursor, oldest first. Keys become visible out of order, so only rows are given whose transaction, and every older one, is over: a
 * reader that goes on from the last key it got misses nothing.
 * @param after key of the last event seen; 0 for all
 */
export async function listChangesAfter(sql: Sql, after: number, limit: number): Promise<readonly LiveChange[]> {
  const rows = await sql.query<{
    id: number;
    dag_id: string;
    run_id: string;
    task_id: string | null;
    map_index: number | null;
    to_state: string | null;
  }>(
    `select e.id, e.dag_id, r.run_id, t.task_id, t.map_index, e.to_state
     from event e
     join dag_run r on r.id = e.dag_run_id
     left join task_instance t on t.id = e.task_instance_id
     where e.id > $1 and e.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
     order by e.id limit $2`,
    [after, limit],
  );
  return rows.map((row) => ({
    eventId: row.id,
    kind: row.task_id === null ? "run" : "task_instance",
    dagId: row.dag_id,
    runId: row.run_id,
    taskId: row.task_id,
    mapIndex: row.map_index,
    state: row.to_state,
  }));
}

/** Key of the newest event that `listChangesAfter` could give; 0 where there is none. Where a stream begins. */
export async function newestEventId(sql: Sql): Promise<number> {
  const rows = await sql.query<{ id: number | null }>(
    `select max(id) as id from event where transaction_id < pg_snapshot_xmin(pg_current_snapshot())`,
  );
  return rows[0]?.id ?? 0;
}
