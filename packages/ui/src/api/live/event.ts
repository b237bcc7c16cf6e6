/** A change on the server, as the event stream tells it. */
export interface LiveEvent {
  readonly id: number;
  readonly kind: "dag_run" | "task_instance" | "dag" | "refusal" | "import_error";
  readonly dag_id: string | null;
  readonly run_id: string | null;
  readonly task_id: string | null;
  readonly map_index: number | null;
  readonly state: string | null;
  readonly at: string;
}

/** What a stream tells its listeners besides events. `reset`: events were missed, everything shown may be old. */
export type StreamStatus = "connecting" | "open" | "down" | "reset";

/** What passes between the shared worker and a page. */
export type WorkerMessage =
  | { readonly type: "events"; readonly events: readonly LiveEvent[] }
  | { readonly type: "status"; readonly status: StreamStatus };
