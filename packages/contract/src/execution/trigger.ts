import type { JsonObject } from "../json.ts";
import type { RunState } from "../states/run-state.ts";
import type { TaskInstanceState } from "../states/task-instance-state.ts";
import type { Instant } from "../time.ts";

/** What a task instance without a worker waits for. Data only: no wait runs an author's code. */
export type SerializedTrigger = MomentTrigger | DagRunTrigger | TaskInstancesTrigger | HumanTrigger;

/** Waits for a moment; its event is `{ moment }`. */
export interface MomentTrigger {
  readonly kind: "moment";
  readonly moment: Instant;
}

/** Waits until a run has reached one of these states; its event is `{ dag_id, run_id, state }`. */
export interface DagRunTrigger {
  readonly kind: "dag_run";
  readonly dagId: string;
  readonly runId: string;
  readonly states: readonly RunState[];
}

/**
 * Waits for another Dag, at each of the logical dates (or in each of the runs): for its runs, or for tasks of them. Its event is `{ status }`: `failed` as
 * soon as one of what is watched is in a failed state, `skipped` the same, `success` when in every run all of it is in an allowed state.
 */
export interface TaskInstancesTrigger {
  readonly kind: "task_instances";
  readonly dagId: string;
  /** Empty where `runIds` is not. */
  readonly logicalDates: readonly Instant[];
  readonly runIds: readonly string[];
  /** null: all tasks of the group, or the run itself. */
  readonly taskIds: readonly string[] | null;
  readonly taskGroupId: string | null;
  readonly allowedStates: readonly TaskInstanceState[];
  readonly failedStates: readonly TaskInstanceState[];
  readonly skippedStates: readonly TaskInstanceState[];
}

/** A person, by the id that the API knows (the account's user name) and the name to be shown. */
export interface HumanUser {
  readonly id: string;
  readonly name: string;
}

/** A field of a form: its value before anybody has answered (null: none), and the JSON Schema that the answer must satisfy. */
export interface HumanParam {
  readonly value: JsonObject[string];
  readonly description: string | null;
  readonly schema: JsonObject;
  /** May be left out although it has no value. */
  readonly optional?: boolean;
}

/** What a person is asked. */
export interface HumanRequest {
  readonly subject: string;
  /** Markdown. */
  readonly body: string | null;
  /** What can be chosen; at least one. */
  readonly options: readonly string[];
  /** Chosen where nobody has answered in time; null: the wait then ends with a time-out. */
  readonly defaults: readonly string[] | null;
  /** Whether several options may be chosen. */
  readonly multiple: boolean;
  readonly params: { readonly [name: string]: HumanParam };
  /** Only they may answer; empty: everybody who may answer human steps of the Dag. */
  readonly assignedUsers: readonly HumanUser[];
}

/** Waits for a person's answer; its event is a `HumanAnswer`. */
export interface HumanTrigger {
  readonly kind: "human";
  readonly request: HumanRequest;
  /** Set by the engine when the wait begins. */
  readonly askedAt?: Instant;
}

/** What a person answered, or what the defaults say where nobody did. As the event of a wait, so with Airflow's names. */
export interface HumanAnswer {
  readonly chosen_options: readonly string[];
  readonly params_input: JsonObject;
  readonly responded_at: Instant;
  /** null: nobody did, the defaults count. */
  readonly responded_by_user: HumanUser | null;
  readonly timedout: boolean;
}
