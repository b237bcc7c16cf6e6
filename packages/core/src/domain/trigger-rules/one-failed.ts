import { allDone, type RuleOutcome, type UpstreamCounts } from "./upstream-counts.ts";

/** One upstream failed; the others are not waited for. */
export function oneFailed(counts: UpstreamCounts): RuleOutcome {
  if (counts.failed > 0 || counts.upstreamFailed > 0) return "ready";
  return allDone(counts) ? "skipped" : "wait";
}
