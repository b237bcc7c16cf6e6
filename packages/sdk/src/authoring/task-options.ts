import type { TriggerRule, WeightRule } from "@windlass/contract";
import type { Callbacks, ExecuteCallbacks, TaskCallbackContext } from "./callbacks.ts";
import type { Asset, AssetAlias } from "./asset.ts";
import type { Duration } from "./duration.ts";
import type { RetryOptions } from "./retry.ts";

/** Bounds of a task's process. */
export interface TaskResources {
  /** Memory of the process and of what it starts, at least "64MB"; an attempt that holds more is ended as out of memory. */
  readonly memory?: `${number}MB` | `${number}GB`;
  /** How much it gives way to other processes, 0 to 19. @default 0 */
  readonly nice?: number;
}

/** Options that every task has. Defaults are Airflow's. */
export interface TaskOptions {
  /** Name shown in place of the id. */
  readonly displayName?: string;
  /** Markdown shown beside the task. */
  readonly docMd?: string;
  /** Who answers for the task. @default "airflow" */
  readonly owner?: string;
  /** The condition on the upstream tasks under which the task starts. @default "all_success" */
  readonly triggerRule?: TriggerRule;
  /** A number of retries, or how to retry. @default 0 retries, "5m" apart */
  readonly retries?: number | RetryOptions;
  /** The handler's signal fires after this span, and the attempt fails. @default no limit */
  readonly executionTimeout?: Duration;
  /** The pool whose slots the task occupies while it runs. @default "default_pool" */
  readonly pool?: string;
  /** Slots it occupies. @default 1, at least 1 */
  readonly poolSlots?: number;
  /** A higher number goes first where slots are scarce. @default 1 */
  readonly priorityWeight?: number;
  /** How the weights of other tasks count in. @default "downstream" */
  readonly weightRule?: WeightRule;
  /** The queue whose workers may run it. @default "default" */
  readonly queue?: string;
  /** Starts only after the same task has succeeded in the run before. @default false */
  readonly dependsOnPast?: boolean;
  /** As `dependsOnPast`, and the tasks directly behind it must have finished there too. @default false */
  readonly waitForDownstream?: boolean;
  /**
   * First logical date of the runs that have the task: earlier ones run without it. Runs without a logical date and those of backfills have it in any
   * case. A text without offset is what the clocks of the Dag's zone show. @default no bound
   */
  readonly startDate?: string | Date;
  /** Last logical date of the runs that have the task, as `startDate`. @default no bound */
  readonly endDate?: string | Date;
  /** At most so many running instances over all runs. @default no limit */
  readonly maxActiveTisPerDag?: number;
  /** At most so many running instances in one run. @default no limit */
  readonly maxActiveTisPerDagrun?: number;
  /**
   * Environment variables of the task alone, besides those of `requires.env`: a text, or the value of a variable that `requires.env` names under another
   * name.
   * @example { PGDATABASE: "sales", PGPASSWORD: { fromEnv: "SALES_PASSWORD" } }
   */
  readonly env?: Readonly<Record<string, string | { readonly fromEnv: string }>>;
  /** Bounds of the task's process. With any it has a process of its own, which takes some 200 ms to start. @default none */
  readonly resources?: TaskResources;
  /** Whether the return value is kept as XCom. @default true */
  readonly doXcomPush?: boolean;
  /** Assets that the task writes: its success is an event of each. An alias is filled while it runs. */
  readonly outlets?: readonly (Asset | AssetAlias)[];
  /** Assets that the task reads, for the picture of what depends on what, and for `context.inletEvents`. */
  readonly inlets?: readonly (Asset | AssetAlias)[];
  /** Of a mapped task: the name under which each instance is shown, from its inputs. @default its map index */
  readonly mapIndexTemplate?: (inputs: Readonly<Record<string, unknown>>) => string;
  /** Called before the handler, in its process, at every attempt. One that throws is noted in the log and changes nothing. */
  readonly onExecute?: ExecuteCallbacks;
  /** Called once the task has succeeded: in an attempt of its own, at least once. */
  readonly onSuccess?: Callbacks<TaskCallbackContext>;
  /** Called once the task has failed for good, also where its process was lost. */
  readonly onFailure?: Callbacks<TaskCallbackContext>;
  /** Called once a try has failed and another follows. */
  readonly onRetry?: Callbacks<TaskCallbackContext>;
  /** Called once the task has skipped itself; not where a branch or a trigger rule left it out. */
  readonly onSkipped?: Callbacks<TaskCallbackContext>;
}

/** Every name of `TaskOptions`, for the check of unknown options. */
export const TASK_OPTION_NAMES = [
  "displayName",
  "docMd",
  "owner",
  "triggerRule",
  "retries",
  "executionTimeout",
  "pool",
  "poolSlots",
  "priorityWeight",
  "weightRule",
  "queue",
  "dependsOnPast",
  "waitForDownstream",
  "startDate",
  "endDate",
  "maxActiveTisPerDag",
  "maxActiveTisPerDagrun",
  "env",
  "resources",
  "doXcomPush",
  "outlets",
  "inlets",
  "mapIndexTemplate",
  "onExecute",
  "onSuccess",
  "onFailure",
  "onRetry",
  "onSkipped",
] as const satisfies readonly (keyof TaskOptions)[];
