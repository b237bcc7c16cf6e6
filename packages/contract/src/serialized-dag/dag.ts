import type { JsonObject, JsonValue } from "../json.ts";
import type { RunType } from "../states/run-state.ts";
import type { Instant } from "../time.ts";
import type { SerializedAlert, SerializedDagCallbacks, SerializedDeadline } from "./notices.ts";
import type { SerializedSchedule } from "./schedule.ts";
import type { SerializedExpand, SerializedTask } from "./task.ts";

/** The format's version; a reader refuses a higher one. */
export const SERIALIZED_DAG_VERSION = 1;

/** One param: its JSON Schema, and its default where it has one (`hasDefault` tells a default of null from none). */
export interface SerializedParam {
  readonly schema: JsonObject;
  readonly hasDefault: boolean;
  readonly default: JsonValue;
  readonly description: string | null;
  /** true: may be left out although it has no default, and is then absent. Otherwise a param without default must be given. */
  readonly optional?: boolean;
}

/** A task group: its id with the parents' ids before it, dots between. */
export interface SerializedTaskGroup {
  readonly groupId: string;
  readonly displayName: string;
  readonly parentGroupId: string | null;
  readonly tooltip: string;
  /** How the whole group is mapped; null where it is not. */
  readonly expand: SerializedExpand | null;
  readonly extra: JsonObject;
}

/** What must be there before a run of the Dag is made. */
export interface SerializedRequirements {
  readonly connections: readonly string[];
  readonly variables: readonly string[];
  readonly env: readonly string[];
  readonly pools: readonly string[];
}

/**
 * A Dag as data: what the parser prints and the control plane knows. Language-neutral; nothing in it is an expression of a programming
 * language. Its JSON Schema is `schema.json` beside this file.
 */
export interface SerializedDag {
  readonly version: typeof SERIALIZED_DAG_VERSION;
  readonly dagId: string;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly docMd: string | null;
  readonly tags: readonly string[];
  readonly ownerLinks: { readonly [owner: string]: string };
  readonly timezone: string;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly schedule: SerializedSchedule;
  readonly catchup: boolean;
  /** null: the configuration's `dags_are_paused_at_creation`. */
  readonly isPausedUponCreation: boolean | null;
  readonly maxActiveRuns: number;
  readonly maxActiveTasks: number;
  /** 0: never paused because of failures. */
  readonly maxConsecutiveFailedDagRuns: number;
  readonly dagrunTimeoutSeconds: number | null;
  /** Whether the failure of one task instance ends the others; left out: it does not. */
  readonly failFast?: boolean;
  /** null: every type of run may be made. */
  readonly allowedRunTypes: readonly RunType[] | null;
  /** Whether what is cleared goes on on the newest version of the Dag; left out: the configuration's `rerun_with_latest_version`. */
  readonly rerunWithLatestVersion?: boolean;
  /** In the order of the file. */
  readonly params: { readonly [name: string]: SerializedParam };
  readonly requires: SerializedRequirements;
  /** Role name to FAB permission names on this Dag (`can_read`, `can_edit`, `can_delete`); null: none of its own. */
  readonly accessControl: { readonly [role: string]: readonly string[] } | null;
  readonly tasks: readonly SerializedTask[];
  readonly taskGroups: readonly SerializedTaskGroup[];
  /** Labels on edges, `[upstream, downstream, label]`. */
  readonly edgeLabels: readonly (readonly [string, string, string])[];
  /** Functions of the author's to be called when a run ends; left out where there are none. */
  readonly callbacks?: SerializedDagCallbacks;
  readonly alerts?: readonly SerializedAlert[];
  readonly deadlines?: readonly SerializedDeadline[];
  /** The file's path relative to the Dags folder. */
  readonly relativeFileloc: string;
  readonly extra: JsonObject;
}
