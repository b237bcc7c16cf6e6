import type { TriggerRule } from "@windlass/contract";
import { allDoneMinOneSuccess } from "./all-done-min-one-success.ts";
import { allDoneSetupSuccess } from "./all-done-setup-success.ts";
import { allDoneRule } from "./all-done.ts";
import { allFailed } from "./all-failed.ts";
import { allSkipped } from "./all-skipped.ts";
import { allSuccess } from "./all-success.ts";
import { noneFailedMinOneSuccess } from "./none-failed-min-one-success.ts";
import { noneFailed } from "./none-failed.ts";
import { noneSkipped } from "./none-skipped.ts";
import { oneDone } from "./one-done.ts";
import { oneFailed } from "./one-failed.ts";
import { oneSuccess } from "./one-success.ts";
import type { RuleOutcome, UpstreamCounts } from "./upstream-counts.ts";

const RULES: Readonly<Record<TriggerRule, (counts: UpstreamCounts) => RuleOutcome>> = {
  all_success: allSuccess,
  all_failed: allFailed,
  all_done: allDoneRule,
  all_done_min_one_success: allDoneMinOneSuccess,
  all_done_setup_success: allDoneSetupSuccess,
  all_skipped: allSkipped,
  one_success: oneSuccess,
  one_failed: oneFailed,
  one_done: oneDone,
  none_failed: noneFailed,
  none_failed_min_one_success: noneFailedMinOneSuccess,
  none_skipped: noneSkipped,
  always: () => "ready",
};

/** What a task's trigger rule says about its upstream. A task without any upstream (left) is always ready, as on Airflow. */
export function evaluateTriggerRule(rule: TriggerRule, counts: UpstreamCounts): RuleOutcome {
  return counts.total === 0 ? "ready" : RULES[rule](counts);
}
