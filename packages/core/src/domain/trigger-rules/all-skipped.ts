import { type RuleOutcome, type UpstreamCounts } from "./upstream-counts.ts";

/** Every upstream was skipped. Any other end decides at once. */
export function allSkipped(counts: UpstreamCounts): RuleOutcome {
  if (counts.success > 0 || counts.failed > 0 || counts.upstreamFailed > 0) return "skipped";
  return counts.skipped >= counts.total ? "ready" : "wait";
}
