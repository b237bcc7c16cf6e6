import type { JsonValue } from "@windlass/contract";

/** Whose XCom it is. */
export interface XcomOwner {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly key: string;
}

/**
 * A backend of your own, as a module named by `[core] xcom_backend` exports it. It is loaded where tasks run, never in the server: what `serialize` gives is
 * what the server keeps and shows.
 */
export interface XcomBackend {
  /** Makes of a value what the database keeps; it counts against `[core] max_xcom_bytes`. */
  serialize(value: JsonValue, owner: XcomOwner): JsonValue | Promise<JsonValue>;
  /** Makes the value of what the database keeps. */
  deserialize(stored: JsonValue): JsonValue | Promise<JsonValue>;
}
