import { type RuleOutcome, type UpstreamCounts } from "./upstream-counts.ts";

/** Every upstream failed. One that succeeded or was skipped decides at once. */
export function allFailed(counts: UpstreamCounts): RuleOutcome {
  if (counts.success > 0 || counts.skipped > 0) return "skipped";
  return counts.failed + counts.upstreamFailed >= counts.total ? "ready" : "wait";
}
