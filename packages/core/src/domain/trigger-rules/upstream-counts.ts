import type { TaskInstanceState } from "@windlass/contract";

/**
 * How far the upstream task instances of a task are. An instance that is `removed` counts as if it had never been: neither in `total` nor
 * as done. (Airflow counts it in the total, so that a task behind a mapping that shrank can wait for ever.)
 */
export interface UpstreamCounts {
  /** All upstream task instances, done or not. */
  total: number;
  success: number;
  failed: number;
  upstreamFailed: number;
  skipped: number;
  /** Those of `total` that belong to setup tasks. */
  setup: number;
  setupSuccess: number;
  setupSkipped: number;
}

/** Counts of a task without upstream. */
export function noUpstream(): UpstreamCounts {
  return {
    total: 0,
    success: 0,
    failed: 0,
    upstreamFailed: 0,
    skipped: 0,
    setup: 0,
    setupSuccess: 0,
    setupSkipped: 0,
  };
}

/** Upstream task instances that will not change any more. */
function doneCount(counts: UpstreamCounts): number {
  return counts.success + counts.failed + counts.upstreamFailed + counts.skipped;
}

/** Whether every upstream task instance is over. */
export function allDone(counts: UpstreamCounts): boolean {
  return doneCount(counts) >= counts.total;
}

/** Adds (`by` 1) or takes away (`by` -1) one upstream task instance in this state, in place. */
export function countUpstream(
  counts: UpstreamCounts,
  state: TaskInstanceState | null,
  isSetup: boolean,
  by: 1 | -1,
): void {
  if (state === "removed") return;
  counts.total += by;
  if (isSetup) counts.setup += by;
  switch (state) {
    case "success":
      counts.success += by;
      if (isSetup) counts.setupSuccess += by;
      break;
    case "skipped":
      counts.skipped += by;
      if (isSetup) counts.setupSkipped += by;
      break;
    case "failed":
      counts.failed += by;
      break;
    case "upstream_failed":
      counts.upstreamFailed += by;
      break;
    case null:
    case "scheduled":
    case "queued":
    case "running":
    case "up_for_retry":
    case "up_for_reschedule":
    case "restarting":
    case "deferred":
    case "awaiting_input":
      break;
  }
}

/**
 * What a trigger rule says: `wait` for more upstream to be done, `ready` to start, or the state that the task instance gets without
 * starting.
 */
export type RuleOutcome = "wait" | "ready" | "upstream_failed" | "skipped";
