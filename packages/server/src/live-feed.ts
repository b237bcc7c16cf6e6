/** A change that a screen may want to show. */
export interface LiveEvent {
  /** Grows; the cursor of a stream. */
  readonly id: number;
  readonly kind: "dag_run" | "task_instance" | "dag" | "refusal" | "import_error";
  readonly dagId: string | null;
  readonly runId: string | null;
  readonly taskId: string | null;
  readonly mapIndex: number | null;
  readonly state: string | null;
  /** For refusals: whose request it was. */
  readonly accountId: number | null;
  readonly at: string;
}

/** A stream of changes, shared by all callers of this process. */
export interface LiveFeed {
  /** The newest event's id. */
  latest(): number;
  /** Events after a cursor; undefined where the feed no longer has all of them. */
  since(cursor: number): readonly LiveEvent[] | undefined;
  /** Hears every event from now on, until the returned function is called. */
  subscribe(onEvent: (event: LiveEvent) => void): () => void;
}
