import type { JsonObject, JsonValue } from "../json.ts";
import type { RunType, TriggeredBy } from "../states/run-state.ts";
import type { Instant } from "../time.ts";

/** The run that an attempt belongs to, as user code may see it. */
export interface AttemptRun {
  readonly dagId: string;
  readonly runId: string;
  readonly runType: RunType;
  readonly triggeredBy: TriggeredBy;
  readonly logicalDate: Instant | null;
  readonly dataIntervalStart: Instant | null;
  readonly dataIntervalEnd: Instant | null;
  readonly runAfter: Instant;
  readonly startDate: Instant | null;
  readonly conf: JsonObject;
  /** Params with their defaults, as decided when the run was made. */
  readonly params: JsonObject;
}

/** Everything a runner needs to execute one attempt; after Airflow's `TIRunContext`. */
export interface AttemptContext {
  /** The fencing token of every write of this attempt (uuid v7). */
  readonly attemptId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly tryNumber: number;
  /** Tries there may be in all: retries and the first. */
  readonly maxTries: number;
  readonly run: AttemptRun;
  /** Values of the handler's arguments, XComs resolved. */
  readonly inputs: JsonObject;
  readonly bundle: { readonly hash: string; readonly path: string };
  /** The file the runner appends structured log lines to. */
  readonly logPath: string;
  readonly executionTimeoutSeconds: number | null;
  readonly maxXcomBytes: number;
  /** The most bytes of log that the attempt may write before lines are dropped and counted; 64 MiB where it is left out. */
  readonly maxLogBytes?: number;
  /** The Dag's declared environment: the only variables user code sees besides the runner's fixed few. */
  readonly env: { readonly [name: string]: string };
}

/** A connection as a task gets it. */
export interface ConnectionValue {
  readonly connectionId: string;
  readonly connType: string;
  readonly host: string | null;
  readonly login: string | null;
  readonly password: string | null;
  readonly schema: string | null;
  readonly port: number | null;
  readonly extra: string | null;
}

/** How an attempt ended, as its runner reports it. */
export type AttemptOutcome =
  | { readonly state: "success"; readonly returnValue?: JsonValue }
  | { readonly state: "skipped"; readonly reason: string }
  | {
      readonly state: "failed";
      readonly error: AttemptError;
      /** false: no further try, whatever the retries say. */
      readonly mayRetry: boolean;
      /** Asked for by `RetryAfter`: seconds until the next try. */
      readonly retryAfterSeconds?: number;
    };

/** What went wrong in an attempt. `kind` tells the cause without reading the text. */
export interface AttemptError {
  readonly kind:
    | "error"
    | "timeout"
    | "cancelled"
    | "lost"
    | "signal"
    | "out-of-memory"
    | "exit"
    | "load"
    | "refusal"
    | "xcom-too-large"
    | "xcom-not-json";
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
}
