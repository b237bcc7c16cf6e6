import type { JsonValue } from "../json.ts";
import type { Instant } from "../time.ts";

/** One line of a task's log, as stored: one JSON object a line (after Airflow 3's structured logs). */
export interface LogLine {
  readonly timestamp: Instant;
  readonly level: "debug" | "info" | "warning" | "error" | "critical";
  /** Where it came from: `task` (ctx.log), `stdout`, `stderr`, `windlass`. */
  readonly source: "task" | "stdout" | "stderr" | "windlass";
  readonly event: string;
  /** Structured fields given to `ctx.log`. */
  readonly fields?: { readonly [name: string]: JsonValue };
  /** Marks the first and last line of an attempt. */
  readonly marker?: "start" | "end" | "lost" | "dropped";
}
