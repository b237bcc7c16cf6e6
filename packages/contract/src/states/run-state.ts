/** Every state of a Dag run, as Airflow names them. */
export const RUN_STATES = ["queued", "running", "success", "failed"] as const;

/** A Dag run's state. */
export type RunState = (typeof RUN_STATES)[number];

/** States that a run leaves only by a clear or by hand. */
export const TERMINAL_RUN_STATES: readonly RunState[] = ["success", "failed"];

/** Which state may follow which, and by what: `clear` and `hand` are what a principal does. */
export const RUN_TRANSITIONS: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ["running", "success", "failed"],
  running: ["success", "failed", "queued"],
  success: ["queued", "running", "failed"],
  failed: ["queued", "running", "success"],
};

/** How a run came to be, as Airflow names it. */
export const RUN_TYPES = [
  "manual",
  "scheduled",
  "backfill",
  "asset_triggered",
  "operator_triggered",
  "asset_materialization",
] as const;

/** A Dag run's type. */
export type RunType = (typeof RUN_TYPES)[number];

/** Through which door a run came (v2's `triggered_by`). */
export const TRIGGERED_BY = ["ui", "rest_api", "cli", "operator", "timetable", "asset", "backfill", "test"] as const;

/** A Dag run's door. */
export type TriggeredBy = (typeof TRIGGERED_BY)[number];

/** Whether a run in this state is over. */
export function isTerminalRunState(state: RunState): boolean {
  return TERMINAL_RUN_STATES.includes(state);
}
