import type { AttemptError, Instant, RunState, TaskInstanceState } from "@windlass/contract";

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
  | "retry_due"
  | "reschedule_due"
  | "lease_expired"
  | "execution_timed_out"
  | "run_ended"
  | "cleared"
  | "marked"
  | "task_removed";

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
}

/** A change that a decision asks for; services apply it as a compare-and-set. */
export type Transition = RunTransition | TaskInstanceTransition;

/** What `advance` answers. */
export interface Advance {
  /** In the order in which they must be applied. */
  readonly transitions: readonly Transition[];
  /** When to look again without any event: a retry is due, a time-out ends; null: only after an event. */
  readonly nextCheckAt: Instant | null;
}
