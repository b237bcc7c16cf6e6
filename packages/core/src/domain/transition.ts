import type {
  AttemptCarry,
  AttemptError,
  Instant,
  RunState,
  SerializedTrigger,
  TaskInstanceState,
} from "@windlass/contract";

/** Why a state changed: the name of the rule that said so. It is kept with the event row. */
export type TransitionReason =
  | "run_started"
  | "run_finished"
  | "run_timed_out"
  | "run_deadlocked"
  | "dependencies_met"
  | "upstream_failed"
  | "upstream_skipped"
  | "nothing_to_execute"
  | "slots_free"
  | "attempt_started"
  | "attempt_succeeded"
  | "attempt_failed"
  | "attempt_skipped"
  | "attempt_never_started"
  | "attempt_interrupted"
  | "retry_due"
  | "reschedule_due"
  | "lease_expired"
  | "execution_timed_out"
  | "run_ended"
  | "cleared"
  | "marked"
  | "backfill_cancelled"
  | "task_removed"
  | "branch_skipped"
  | "fail_fast"
  | "trigger_fired"
  | "deferral_timed_out"
  | "human_asked"
  | "human_answered"
  | "human_defaulted"
  | "attempt_deferred"
  | "attempt_rescheduled"
  | "mapped_over_nothing"
  | "mapping_too_long"
  | "setup_failed"
  | "setup_skipped";

/** A change of a run's state. */
export interface RunTransition {
  readonly kind: "run";
  readonly from: RunState;
  readonly to: RunState;
  readonly reason: TransitionReason;
}

/** A change of a task instance's state. */
export interface TaskInstanceTransition {
  readonly kind: "task_instance";
  readonly id: number;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly from: TaskInstanceState | null;
  readonly to: TaskInstanceState | null;
  readonly reason: TransitionReason;
  /** The try number after the transition. */
  readonly tryNumber: number;
  /** With a clear: the new bound, so that the task has all its retries again. */
  readonly maxTries?: number;
  /** With `queued`: the attempt that was made for the dispatch. Set by the engine, which makes the ids. */
  readonly attemptId?: string;
  /** With `up_for_retry`: when the next try is due. */
  readonly notBefore?: Instant;
  readonly error?: AttemptError;
  /** Left out: as before; null: none any more. */
  readonly carry?: AttemptCarry | null;
  readonly trigger?: SerializedTrigger | null;
  readonly skips?: readonly string[] | null;
  readonly resultLength?: number | null;
  readonly renderedMapIndex?: string;
}

/**
 * A mapped task got its instances: the one that stood for all (`placeholderId`, map index -1) becomes map index 0 and the others are made, or,
 * where instances are there from before a clear, those that are missing are made.
 */
export interface ExpandTransition {
  readonly kind: "expand";
  readonly taskId: string;
  /** null: the instances are there and only get more. */
  readonly placeholderId: number | null;
  /** Those to be made, without a state, with keys that `AdvanceOptions.takeIds` gave. */
  readonly made: readonly { readonly id: number; readonly attemptId: string; readonly mapIndex: number }[];
  readonly reason: "expanded";
}

/** A change that a decision asks for; services apply it as a compare-and-set. */
export type Transition = RunTransition | TaskInstanceTransition | ExpandTransition;

/** What `advance` answers. */
export interface Advance {
  /** In the order in which they must be applied. */
  readonly transitions: readonly Transition[];
  /** When to look again without any event: a retry is due, a time-out ends; null: only after an event. */
  readonly nextCheckAt: Instant | null;
  /** Keys that were missing for new task instances: advance again when there are so many. */
  readonly idsWanted?: number;
}
