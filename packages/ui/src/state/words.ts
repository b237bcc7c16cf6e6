import type { RunState, TaskInstanceState } from "@windlass/contract/browser";

/** Every state that a mark can show; `none`: no state yet. */
export type ShownState = RunState | TaskInstanceState | "none";

const WORDS: Readonly<Record<ShownState, string>> = {
  none: "no state",
  scheduled: "scheduled",
  queued: "queued",
  running: "running",
  success: "success",
  failed: "failed",
  up_for_retry: "up for retry",
  up_for_reschedule: "up for reschedule",
  upstream_failed: "upstream failed",
  skipped: "skipped",
  removed: "removed",
  restarting: "restarting",
  deferred: "deferred",
  awaiting_input: "awaiting input",
};

/** A state in words; an unknown one as it is. */
export function stateWord(state: string | null): string {
  return state === null ? WORDS.none : ((WORDS as Readonly<Record<string, string>>)[state] ?? state);
}

/** States of a run or task instance that will still change by themselves. */
export function isLive(state: string | null): boolean {
  return state === null || !["success", "failed", "skipped", "upstream_failed", "removed"].includes(state);
}
