import type { JsonObject, JsonValue } from "../json.ts";
import type { TriggerRule, WeightRule } from "../trigger-rules.ts";
import type { Instant } from "../time.ts";
import type { SerializedTaskCallbacks } from "./notices.ts";
import type { SerializedAssetRef } from "./asset.ts";

/**
 * Where an argument of a task comes from: a value written in the file, or another task's XCom (also nested inside values).
 * - `xcom` of a mapped task is the list of what its instances left, in the order of their map indexes (those that left nothing are left
 *   out); within the same mapped task group it is the value of the instance with the same map index.
 *   With `lazy`, which only the list of a mapped task can be, nothing is read before the task asks for it.
 * - `mapped`: the element that the mapped task group around the task gives to this map index, under the group's argument.
 * - `zip`: elements side by side, `[[a0, b0], [a1, b1]]`; as long as the shortest, or with `fill` as the longest.
 * - `concat`: lists one behind the other.
 */
export type SerializedInput =
  | { readonly kind: "value"; readonly value: JsonValue }
  | { readonly kind: "xcom"; readonly taskId: string; readonly key: string; readonly lazy?: boolean }
  | { readonly kind: "mapped"; readonly groupId: string; readonly argument: string }
  | { readonly kind: "zip"; readonly sources: readonly SerializedInput[]; readonly fill?: JsonValue }
  | { readonly kind: "concat"; readonly sources: readonly SerializedInput[] }
  | { readonly kind: "array"; readonly items: readonly SerializedInput[] }
  | { readonly kind: "object"; readonly entries: { readonly [name: string]: SerializedInput } };

/**
 * How a task or a task group is mapped, after Airflow.
 * - `product`: one instance for each combination of the arguments' elements; the last argument runs fastest. A source is a list, or an
 *   object, whose elements are its `[name, value]` pairs.
 * - `kwargs`: one instance for each object of a list, whose entries are arguments.
 */
export type SerializedExpand =
  | { readonly kind: "product"; readonly arguments: { readonly [argument: string]: SerializedInput } }
  | { readonly kind: "kwargs"; readonly source: SerializedInput };

/** A task that the engine completes by a rule of its own, without a worker. */
export type BuiltinTask = { readonly kind: "empty" } | { readonly kind: "latest_only" };

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

/** A value of a task's environment. */
export type SerializedEnvValue = { readonly value: string } | { readonly fromEnv: string };

/** Bounds of the process that runs a task. */
export interface SerializedResources {
  /** Memory of the process and what it starts; more of it ends the attempt. */
  readonly memoryBytes?: number;
  /** How much it gives way to others, 0 to 19. */
  readonly nice?: number;
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
  /** How the task is expanded into mapped instances; null where it is not, also where only a group around it is. */
  readonly expand: SerializedExpand | null;
  /**
   * First and last logical date of the runs in which the task has an instance; left out where there is no bound of its own. Runs without a logical date
   * and those of backfills have one in any case.
   */
  readonly startDate?: Instant;
  readonly endDate?: Instant;
  /** With `runtime: "none"`: what the engine does; left out, it is `empty`. */
  readonly builtin?: BuiltinTask;
  /** Whether the task may skip tasks behind it: a branch or a short circuit. Lists and graphs show it. */
  readonly isBranch?: boolean;
  /** Functions of the author's to be called when something becomes of it; left out where there are none. */
  readonly callbacks?: SerializedTaskCallbacks;
  /** Environment variables of the task alone: values, or the values of variables that the Dag requires. */
  readonly env?: { readonly [name: string]: SerializedEnvValue };
  /** Bounds of the process that runs it; with any it has one of its own. */
  readonly resources?: SerializedResources;
  /** Whether the return value is kept as XCom. */
  readonly doXcomPush: boolean;
  readonly outlets: readonly SerializedAssetRef[];
  readonly inlets: readonly SerializedAssetRef[];
  /** What an operator was configured with, as shown under rendered fields: command, statement, connection id. No secrets. */
  readonly templateFields: JsonObject;
  /** What the source system knows beyond this format, kept so that nothing is lost. */
  readonly extra: JsonObject;
}
