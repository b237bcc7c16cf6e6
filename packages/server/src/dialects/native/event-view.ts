import type { EventRow } from "@windlass/core/queries";
import type { LiveEvent } from "../../live-feed.ts";

/** One message of the stream: its id is the cursor to come back with. */
export function eventMessage(event: LiveEvent): string {
  const data = {
    id: event.id,
    kind: event.kind,
    dag_id: event.dagId,
    run_id: event.runId,
    task_id: event.taskId,
    map_index: event.mapIndex,
    state: event.state,
    at: event.at,
  };
  return `event: change\nid: ${String(event.id)}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A stored transition as the stream tells it. */
export function eventOfRow(row: EventRow): LiveEvent {
  return {
    id: row.id,
    kind: row.taskId === null ? "dag_run" : "task_instance",
    dagId: row.dagId,
    runId: row.runId,
    taskId: row.taskId,
    mapIndex: row.mapIndex,
    state: row.toState,
    accountId: null,
    at: row.at,
  };
}
