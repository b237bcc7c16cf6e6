import { type RuleOutcome, type UpstreamCounts } from "./upstream-counts.ts";

/** Every upstream succeeded. One that failed decides at once, and so does one that was skipped. */
export function allSuccess(counts: UpstreamCounts): RuleOutcome {
  if (counts.failed > 0 || counts.upstreamFailed > 0) return "upstream_failed";
  if (counts.skipped > 0) return "skipped";
  return counts.success >= counts.total ? "ready" : "wait";
}
