import { allDone, type RuleOutcome, type UpstreamCounts } from "./upstream-counts.ts";

/** One upstream succeeded; the others are not waited for. */
export function oneSuccess(counts: UpstreamCounts): RuleOutcome {
  if (counts.success > 0) return "ready";
  if (!allDone(counts)) return "wait";
  return counts.skipped === counts.total ? "skipped" : "upstream_failed";
}
