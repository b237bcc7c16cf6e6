import type {
  AlertEvent,
  CallbackSubject,
  Instant,
  NamedTaskInstance,
  RunState,
  SerializedAlertTarget,
} from "@windlass/contract";

/** A function that is to be called. */
export interface CallbackNotice {
  readonly dagRunId: number;
  readonly taskInstanceId: number | null;
  readonly index: number;
  readonly dedupeKey: string;
  readonly subject: CallbackSubject;
}

/** What an alert says. */
export interface AlertContent {
  readonly event: AlertEvent;
  readonly dagId: string;
  readonly runId: string;
  readonly state: RunState;
  readonly logicalDate: Instant | null;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  /** `success`, `task_failure`, `all_tasks_deadlocked`, `timed_out`, `deadline_missed`. */
  readonly reason: string;
  /** Of those that failed, the first hundred. */
  readonly failed: readonly NamedTaskInstance[];
  readonly deadline: { readonly name: string | null; readonly at: Instant } | null;
}

/** An alert that is to be sent. */
export interface AlertNotice {
  readonly dagRunId: number;
  readonly dedupeKey: string;
  readonly target: SerializedAlertTarget;
  readonly content: AlertContent;
}

/** What follows from transitions outside of the engine. */
export interface Notices {
  readonly callbacks: readonly CallbackNotice[];
  readonly alerts: readonly AlertNotice[];
  /** Runs that succeeded: their deadlines that are not over are over with. */
  readonly metDeadlines: readonly { readonly dagRunId: number; readonly endDate: Instant }[];
  /** Runs that were queued anew: their deadlines are counted from then. */
  readonly movedDeadlines: readonly { readonly dagRunId: number; readonly queuedAt: Instant }[];
}

/** The most failed task instances that a notice names. */
export const MOST_NAMED = 100;
