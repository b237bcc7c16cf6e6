import { allDone, type RuleOutcome, type UpstreamCounts } from "./upstream-counts.ts";

/** Every upstream is over, however it ended. */
export function allDoneRule(counts: UpstreamCounts): RuleOutcome {
  return allDone(counts) ? "ready" : "wait";
}
