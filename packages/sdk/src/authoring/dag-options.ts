import type { RunType } from "@windlass/contract";
import type { Alert } from "./alerts.ts";
import type { Callbacks, DagCallbackContext } from "./callbacks.ts";
import type { Deadline } from "./deadline.ts";
import type { Duration } from "./duration.ts";
import type { ParamsSource } from "./params.ts";
import type { Schedule } from "./schedule.ts";
import type { TaskOptions } from "./task-options.ts";

/** What must be there before a run of the Dag is made; a trigger is refused, naming what is missing. */
export interface Requirements {
  /** Ids of connections. */
  readonly connections?: readonly string[];
  /** Keys of variables. */
  readonly variables?: readonly string[];
  /** Names of environment variables of the server that the Dag's tasks may see. They see no others. */
  readonly env?: readonly string[];
  /** Names of pools. */
  readonly pools?: readonly string[];
}

/** Options of a Dag. Defaults are Airflow's. */
export interface DagOptions<P extends ParamsSource = ParamsSource> {
  /** Name shown in place of the id. */
  readonly displayName?: string;
  /** One sentence shown in lists. */
  readonly description?: string;
  /** Markdown shown on the Dag's page. */
  readonly docMd?: string;
  /** Words to find the Dag by. */
  readonly tags?: readonly string[];
  /** A link for each owner: a web page or a `mailto:` address. */
  readonly ownerLinks?: Readonly<Record<string, string>>;
  /** When runs are made. @default null: only on request */
  readonly schedule?: Schedule;
  /** The zone of dates and schedules that name none. @default "UTC" */
  readonly timezone?: string;
  /** The first moment for which a run may be made: `"2026-01-01"`, `"2026-01-01T06:00:00Z"`. */
  readonly startDate?: string | Date;
  /** The last moment for which a run may be made. */
  readonly endDate?: string | Date;
  /** Whether runs for ticks that have passed are made up for. @default false */
  readonly catchup?: boolean;
  /** Whether a Dag that is new to the server is paused. @default the server's `dags_are_paused_at_creation` */
  readonly isPausedUponCreation?: boolean;
  /** Runs at the same time. @default 16, at least 1 */
  readonly maxActiveRuns?: number;
  /** Running tasks at the same time in one run, as on Airflow 3. @default 16, at least 1 */
  readonly maxActiveTasks?: number;
  /** After so many failed runs in a row the Dag is paused. @default 0: never */
  readonly maxConsecutiveFailedDagRuns?: number;
  /** A run that takes longer fails. @default no limit */
  readonly dagrunTimeout?: Duration;
  /**
   * Whether the failure of one task ends the run's other tasks: what runs fails, what has not begun is skipped, teardowns are left. All tasks besides
   * teardowns then have the trigger rule `all_success`. @default false
   */
  readonly failFast?: boolean;
  /** The types of runs that may be made. @default all */
  readonly allowedRunTypes?: readonly RunType[];
  /** Whether what is cleared goes on on the newest version of the Dag instead of the run's own. @default the server's `rerun_with_latest_version` */
  readonly rerunWithLatestVersion?: boolean;
  /** What callers may set, with schema and defaults. */
  readonly params?: P;
  /** What must be there before a run is made. */
  readonly requires?: Requirements;
  /** Rights on this Dag by role: `{ analysts: ["can_read", "can_edit"] }`. */
  readonly accessControl?: Readonly<Record<string, readonly string[]>>;
  /** Called once a run has succeeded: in an attempt of its own, at least once. */
  readonly onSuccess?: Callbacks<DagCallbackContext>;
  /** Called once a run has failed, also where its time was up. */
  readonly onFailure?: Callbacks<DagCallbackContext>;
  /** What the control plane sends, without a function of yours: `webhook`, `slack`, `email`. */
  readonly alerts?: readonly Alert[];
  /** By when a run has to have succeeded: `deadline`. */
  readonly deadlines?: readonly Deadline[];
  /** Options of every task that does not set them itself. */
  readonly defaultTask?: TaskOptions;
}

/** Every name of `DagOptions`, for the check of unknown options. */
export const DAG_OPTION_NAMES = [
  "displayName",
  "description",
  "docMd",
  "tags",
  "ownerLinks",
  "schedule",
  "timezone",
  "startDate",
  "endDate",
  "catchup",
  "isPausedUponCreation",
  "maxActiveRuns",
  "maxActiveTasks",
  "maxConsecutiveFailedDagRuns",
  "dagrunTimeout",
  "failFast",
  "allowedRunTypes",
  "rerunWithLatestVersion",
  "params",
  "requires",
  "accessControl",
  "onSuccess",
  "onFailure",
  "alerts",
  "deadlines",
  "defaultTask",
] as const satisfies readonly (keyof DagOptions)[];
