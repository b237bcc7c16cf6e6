import type { JsonObject, JsonValue } from "../json.ts";
import type { TriggerRule, WeightRule } from "../trigger-rules.ts";

/** Where an argument of a task comes from: a value written in the file, or another task's XCom (also nested inside values). */
export type SerializedInput =
  | { readonly kind: "value"; readonly value: JsonValue }
  | { readonly kind: "xcom"; readonly taskId: string; readonly key: string }
  | { readonly kind: "array"; readonly items: readonly SerializedInput[] }
  | { readonly kind: "object"; readonly entries: { readonly [name: string]: SerializedInput } };

/** How often and when a failed task is tried again. `attempts` counts the retries, not the first try. */
export interface SerializedRetry {
  readonly attempts: number;
  readonly delaySeconds: number;
  readonly backoff: "none" | "exponential";
  /** null: Airflow's own bound of 24 hours for exponential delays. */
  readonly maxDelaySeconds: number | null;
  /** Base of the exponential growth; 2 unless the source says otherwise. */
  readonly multiplier: number;
}

/** Which program executes a task. `none`: nothing to execute, the scheduler itself completes it. */
export type TaskRuntime = "none" | "typescript" | "python";

/** One task of a Dag. Times are seconds. */
export interface SerializedTask {
  readonly taskId: string;
  readonly displayName: string | null;
  /** The operator's name as lists show it, such as `task`, `bash`, `sql`, `empty`. */
  readonly operator: string;
  readonly runtime: TaskRuntime;
  readonly owner: string;
  readonly docMd: string | null;
  /** Direct upstream tasks, data edges and order-only edges alike. */
  readonly upstreamTaskIds: readonly string[];
  /** The handler's inputs by argument name; an empty object where it takes none. */
  readonly inputs: { readonly [argument: string]: SerializedInput };
  readonly triggerRule: TriggerRule;
  readonly retry: SerializedRetry;
  readonly executionTimeoutSeconds: number | null;
  readonly pool: string;
  readonly poolSlots: number;
  readonly priorityWeight: number;
  readonly weightRule: WeightRule;
  readonly queue: string;
  readonly dependsOnPast: boolean;
  readonly waitForDownstream: boolean;
  /** At most so many running instances of this task over all runs; null: no bound. */
  readonly maxActivePerDag: number | null;
  /** The same within one run. */
  readonly maxActivePerRun: number | null;
  readonly isSetup: boolean;
  readonly isTeardown: boolean;
  /** A teardown's failure counts for the run only where this is true. */
  readonly onFailureFailDagRun: boolean;
  /** Id of the innermost task group, null for the Dag itself. */
  readonly taskGroupId: string | null;
  /** How the task is expanded into mapped instances; null where it is not. The engine refuses what it cannot decide yet. */
  readonly expand: JsonObject | null;
  /** Whether the return value is kept as XCom. */
  readonly doXcomPush: boolean;
  readonly outlets: readonly JsonObject[];
  readonly inlets: readonly JsonObject[];
  /** What an operator was configured with, as shown under rendered fields: command, statement, connection id. No secrets. */
  readonly templateFields: JsonObject;
  /** What the source system knows beyond this format, kept so that nothing is lost. */
  readonly extra: JsonObject;
}
