import { allDone, type RuleOutcome, type UpstreamCounts } from "./upstream-counts.ts";

/** Every upstream was executed to its end and one succeeded. One that was skipped decides at once: it is not executed. */
export function allDoneMinOneSuccess(counts: UpstreamCounts): RuleOutcome {
  if (counts.skipped > 0) return "skipped";
  if (!allDone(counts)) return "wait";
  return counts.success > 0 ? "ready" : "upstream_failed";
}
