import { allDone, type RuleOutcome, type UpstreamCounts } from "./upstream-counts.ts";

/** No upstream was skipped. One that was decides at once. */
export function noneSkipped(counts: UpstreamCounts): RuleOutcome {
  if (counts.skipped > 0) return "skipped";
  return allDone(counts) ? "ready" : "wait";
}
