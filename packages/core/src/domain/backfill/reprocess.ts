import { isTerminalRunState, type RunState } from "@windlass/contract";

/** What a backfill does where a run is there already: nothing, or makes it anew if it failed, or if it is over. */
export const REPROCESS_BEHAVIORS = ["none", "failed", "completed"] as const;

/** One of `REPROCESS_BEHAVIORS`. */
export type ReprocessBehavior = (typeof REPROCESS_BEHAVIORS)[number];

/** Why a date of a backfill has no run of it, in Airflow's words. */
export type BackfillExceptionReason = "in flight" | "already exists" | "unknown";

/** Why a run that is there already is left as it is; null: it is made anew. A run that is not over is never touched. */
export function reasonToLeave(state: RunState, behavior: ReprocessBehavior): BackfillExceptionReason | null {
  if (!isTerminalRunState(state)) return "in flight";
  if (behavior === "completed" || (behavior === "failed" && state === "failed")) return null;
  return "already exists";
}
