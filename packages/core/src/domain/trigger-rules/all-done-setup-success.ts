import { allDone, type RuleOutcome, type UpstreamCounts } from "./upstream-counts.ts";

/** A teardown's rule: every upstream is over, and where setups are among them, one of those succeeded. */
export function allDoneSetupSuccess(counts: UpstreamCounts): RuleOutcome {
  if (!allDone(counts)) return "wait";
  if (counts.setup === 0 || counts.setupSuccess > 0) return "ready";
  return counts.setupSkipped >= counts.setup ? "skipped" : "upstream_failed";
}
