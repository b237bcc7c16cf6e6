/** Every state of a task instance, as Airflow names them; `null` (no state yet) stands for the one before the first. */
export const TASK_INSTANCE_STATES = [
  "scheduled",
  "queued",
  "running",
  "success",
  "failed",
  "up_for_retry",
  "up_for_reschedule",
  "upstream_failed",
  "skipped",
  "removed",
  "restarting",
  "deferred",
  // Since Airflow 3.3: parked until a person has answered.
  "awaiting_input",
] as const;

/** A task instance's state; null before the scheduler has looked at it. */
export type TaskInstanceState = (typeof TASK_INSTANCE_STATES)[number];

/** States in which a task instance is over, unless it is cleared. */
export const TERMINAL_TASK_INSTANCE_STATES = ["success", "failed", "upstream_failed", "skipped", "removed"] as const;

/** States in which a task instance occupies its pool's slots. */
export const OCCUPYING_TASK_INSTANCE_STATES = ["queued", "running"] as const;

const LEGAL: Readonly<Record<TaskInstanceState | "none", readonly (TaskInstanceState | "none")[]>> = {
  none: ["scheduled", "upstream_failed", "skipped", "removed", "success", "failed"],
  scheduled: ["queued", "none", "success", "failed", "skipped", "upstream_failed", "removed"],
  // queued -> scheduled: an attempt that never started is dispatched anew, in the same try.
  queued: [
    "running",
    "scheduled",
    "failed",
    "up_for_retry",
    "success",
    "skipped",
    "none",
    "upstream_failed",
    "removed",
  ],
  // running -> scheduled: its server was stopped in order; the same try is dispatched anew.
  running: [
    "scheduled",
    "success",
    "failed",
    "skipped",
    "up_for_retry",
    "up_for_reschedule",
    "deferred",
    "awaiting_input",
    "restarting",
    "none",
    "removed",
  ],
  restarting: ["up_for_retry", "success", "failed", "skipped", "none", "removed"],
  up_for_retry: ["scheduled", "success", "failed", "skipped", "upstream_failed", "none", "removed"],
  up_for_reschedule: ["scheduled", "success", "failed", "skipped", "upstream_failed", "none", "removed"],
  deferred: ["scheduled", "success", "failed", "skipped", "none", "removed"],
  awaiting_input: ["scheduled", "success", "failed", "skipped", "none", "removed"],
  // Out of a terminal state only by a clear ("none") or by a hand that marks.
  success: ["none", "failed", "skipped", "removed"],
  failed: ["none", "success", "skipped", "removed"],
  upstream_failed: ["none", "success", "failed", "skipped", "removed"],
  skipped: ["none", "success", "failed", "removed"],
  removed: ["none"],
};

/** Whether a task instance may go from one state to the other (null: no state). */
export function isLegalTransition(from: TaskInstanceState | null, to: TaskInstanceState | null): boolean {
  return LEGAL[from ?? "none"].includes(to ?? "none");
}

/** The whole table of legal transitions, as pairs; `none` stands for null. The store's invariant views are fed from it. */
export function legalTransitions(): readonly (readonly [string, string])[] {
  return Object.entries(LEGAL).flatMap(([from, targets]) => targets.map((to) => [from, to] as const));
}

/** Whether a task instance in this state is over. */
export function isTerminalState(state: TaskInstanceState | null): boolean {
  return state !== null && (TERMINAL_TASK_INSTANCE_STATES as readonly string[]).includes(state);
}
