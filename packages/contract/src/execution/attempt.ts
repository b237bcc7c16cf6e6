import type { SerializedEnvValue, SerializedResources } from "../serialized-dag/task.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { RunState, RunType, TriggeredBy } from "../states/run-state.ts";
import type { TaskInstanceState } from "../states/task-instance-state.ts";
import type { AssetKey, SerializedAsset } from "../serialized-dag/asset.ts";
import type { Instant } from "../time.ts";
import type { SerializedTrigger } from "./trigger.ts";
import type { XcomElsewhere, XcomKeeping } from "./kept-xcom.ts";
import type { LateInputs } from "./late-input.ts";

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
  /** The partition that the run stands for; left out or null where it stands for none. */
  readonly partitionKey?: string | null;
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
  /** How XComs are kept besides in the database; left out: not at all. */
  readonly xcomKeeping?: XcomKeeping;
  /** Inputs that are put together where the attempt runs; `inputs` is empty then. */
  readonly late?: LateInputs;
  /** The most bytes of log that the attempt may write before lines are dropped and counted; 64 MiB where it is left out. */
  readonly maxLogBytes?: number;
  /** The Dag's declared environment: the only variables user code sees besides the runner's fixed few. */
  readonly env: { readonly [name: string]: string };
  /** Environment variables of the task alone. */
  readonly ownEnv?: { readonly [name: string]: SerializedEnvValue };
  /** Bounds of its process; with any it has one of its own. */
  readonly resources?: SerializedResources;
  /** What the attempt before it, of the same try, handed on; left out at the first. */
  readonly carry?: AttemptCarry;
  /** Others are mapped over the return value: it must be a list or an object with at most so many elements. */
  readonly maxMapLength?: number;
  /** Not the task's handler but a function that is called because of something; left out otherwise. */
  readonly callback?: AttemptCallback;
}

/** A task instance that a run's callback or alert names. */
export interface NamedTaskInstance {
  readonly taskId: string;
  readonly mapIndex: number;
  readonly tryNumber: number;
  readonly state: TaskInstanceState | null;
}

/** What a callback is about, as it was when it came about. */
export type CallbackSubject =
  | {
      readonly of: "task";
      readonly kind: "success" | "failure" | "retry" | "skipped";
      readonly taskId: string;
      readonly mapIndex: number;
      readonly tryNumber: number;
      /** Tries there may be in all. */
      readonly maxTries: number;
      readonly state: TaskInstanceState;
      readonly startDate: Instant | null;
      readonly endDate: Instant | null;
      /** The rule that moved it, such as `attempt_failed` or `lease_expired`. */
      readonly reason: string;
      readonly error: AttemptError | null;
    }
  | {
      readonly of: "dag";
      readonly kind: "success" | "failure";
      readonly state: RunState;
      readonly endDate: Instant | null;
      /** Airflow's words: `success`, `task_failure`, `all_tasks_deadlocked`, `timed_out`. */
      readonly reason: string;
      /** The task instance that ended last, of those that failed where the run failed; null where there is none. */
      readonly taskInstance: NamedTaskInstance | null;
      /** Of those that failed, the first hundred. */
      readonly failed: readonly NamedTaskInstance[];
      readonly error: AttemptError | null;
    }
  | {
      readonly of: "deadline";
      readonly kind: "missed";
      readonly index: number;
      readonly name: string | null;
      readonly deadline: Instant;
      readonly missedAt: Instant;
      readonly state: RunState;
    };

/** Which function is to be called, and what for. */
export interface AttemptCallback {
  readonly subject: CallbackSubject;
  /** Which of the functions. */
  readonly index: number;
  /** The same whenever this call is made again. */
  readonly dedupeKey: string;
  /** 1 the first time. */
  readonly delivery: number;
}

/** What ended a wait: the trigger's event, or that its time was up. */
export type TriggerEvent = { readonly kind: "event"; readonly payload: JsonValue } | { readonly kind: "timeout" };

/** What an attempt hands on to the next one of the same try, when it was deferred or rescheduled. */
export interface AttemptCarry {
  /** When the first attempt of this try started. */
  readonly since: Instant;
  /** How often the try was rescheduled. */
  readonly polls: number;
  /** Events that ended its waits, in order: the n-th `defer` of the handler is answered by the n-th. */
  readonly events: readonly TriggerEvent[];
}

/** Which tasks behind it a task leaves out. */
export type SkipDirective =
  /** A branch: direct downstream tasks that are neither named nor reached from a named one are skipped. Ids of tasks or groups' first tasks. */
  | { readonly kind: "branch"; readonly follow: readonly string[] }
  /** A short circuit: everything behind it, or (`respectTriggerRules`) only what stands directly behind it. */
  | { readonly kind: "short_circuit"; readonly respectTriggerRules: boolean };

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
export type AttemptOutcome = (
  | {
      readonly state: "success";
      readonly returnValue?: JsonValue;
      /** In place of `returnValue`: it is kept elsewhere, or as the author's own backend made it. */
      readonly returnElsewhere?: XcomElsewhere;
      readonly skip?: SkipDirective;
      /** What the task says of the events of its outlets; an outlet of which it says nothing has one event with an empty extra. */
      readonly assetEvents?: readonly EmittedAssetEvent[];
    }
  | { readonly state: "skipped"; readonly reason: string }
  /** Waits without a worker until the trigger fires, then goes on in the same try. */
  | { readonly state: "deferred"; readonly trigger: SerializedTrigger; readonly timeoutSeconds: number | null }
  /** Asks to be started again after a while, in the same try. */
  | { readonly state: "rescheduled"; readonly afterSeconds: number }
  | {
      readonly state: "failed";
      readonly error: AttemptError;
      /** false: no further try, whatever the retries say. */
      readonly mayRetry: boolean;
      /** Asked for by `RetryAfter`: seconds until the next try. */
      readonly retryAfterSeconds?: number;
    }
) & {
  /** The name of this map index, by the task's `mapIndexTemplate`. */
  readonly renderedMapIndex?: string;
};

/** What a task says of an event of one of its outlets. */
export interface EmittedAssetEvent {
  /** The asset; one that was found through an alias is made where there is none yet. */
  readonly asset: SerializedAsset;
  /** The alias among the task's outlets through which it was found; left out: the asset is itself an outlet. */
  readonly alias?: string;
  readonly extra: JsonObject;
  /** The partition that was written; left out: the run's. */
  readonly partitionKey?: string;
}

/** An asset's event as user code reads it. */
export interface AssetEventValue {
  readonly id: number;
  readonly asset: AssetKey & { readonly group: string };
  /** Names of the aliases that it came through. */
  readonly aliases: readonly string[];
  readonly timestamp: Instant;
  readonly extra: JsonObject;
  /** Where it comes from; null where it was made through the API. */
  readonly sourceDagId: string | null;
  readonly sourceTaskId: string | null;
  readonly sourceRunId: string | null;
  readonly sourceMapIndex: number;
  readonly partitionKey: string | null;
}

/** Which events of an inlet are read. */
export interface InletEventQuery {
  readonly of: ({ readonly kind: "asset" } & AssetKey) | { readonly kind: "alias"; readonly name: string };
  /** Only events at or after this moment. */
  readonly after?: Instant;
  /** Only events before this moment. */
  readonly before?: Instant;
  /** The newest first; left out: the oldest first. */
  readonly descending?: boolean;
  /** At most so many; the server's own bound is 1,000. */
  readonly limit?: number;
}

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
    | "xcom-not-json"
    | "unmappable";
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
}
