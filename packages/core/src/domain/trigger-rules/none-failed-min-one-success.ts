import { allDone, type RuleOutcome, type UpstreamCounts } from "./upstream-counts.ts";

/** No upstream failed and at least one succeeded. */
export function noneFailedMinOneSuccess(counts: UpstreamCounts): RuleOutcome {
  if (counts.failed > 0 || counts.upstreamFailed > 0) return "upstream_failed";
  if (counts.skipped >= counts.total) return "skipped";
  return allDone(counts) ? "ready" : "wait";
}
