import { allDone, type RuleOutcome, type UpstreamCounts } from "./upstream-counts.ts";

/** One upstream was executed to its end, well or ill; `skipped` and `upstream_failed` are no execution. */
export function oneDone(counts: UpstreamCounts): RuleOutcome {
  if (counts.success > 0 || counts.failed > 0) return "ready";
  return allDone(counts) ? "skipped" : "wait";
}
