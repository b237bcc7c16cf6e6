import type { TaskInstanceState } from "@windlass/contract";

/** One character for each state of a task instance; `.` for none yet. */
export const STATE_MARKS: Readonly<Record<TaskInstanceState | "none", string>> = {
  none: ".",
  scheduled: "s",
  queued: "q",
  running: "r",
  success: "S",
  failed: "F",
  skipped: "k",
  upstream_failed: "u",
  up_for_retry: "y",
  up_for_reschedule: "e",
  deferred: "d",
  awaiting_input: "h",
  removed: "x",
  restarting: "t",
};

/** Stands where a run has no instance of a task: its version did not have it. */
export const ABSENT_MARK = "-";
