import { allDone, type RuleOutcome, type UpstreamCounts } from "./upstream-counts.ts";

/** No upstream failed: all succeeded or were skipped. */
export function noneFailed(counts: UpstreamCounts): RuleOutcome {
  if (counts.failed > 0 || counts.upstreamFailed > 0) return "upstream_failed";
  return allDone(counts) ? "ready" : "wait";
}
