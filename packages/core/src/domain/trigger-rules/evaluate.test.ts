import { TRIGGER_RULES, type TaskInstanceState, type TriggerRule } from "@windlass/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateTriggerRule } from "./evaluate.ts";
import { countUpstream, noUpstream, type RuleOutcome } from "./upstream-counts.ts";

interface Upstream {
  readonly state: TaskInstanceState | null;
  readonly isSetup: boolean;
}

function outcome(rule: TriggerRule, upstream: readonly Upstream[]): RuleOutcome {
  const counts = noUpstream();
  for (const { state, isSetup } of upstream) countUpstream(counts, state, isSetup, 1);
  return evaluateTriggerRule(rule, counts);
}

/**
 * Airflow's documentation of the rules, read one by one as predicates over the list of states; written apart from the rules themselves.
 * Each rule: what it needs, whether that can be said before all are done, and what the task becomes where it is not fulfilled.
 */
const ORACLE: Readonly<Record<TriggerRule, (states: readonly string[], setups: readonly string[]) => RuleOutcome>> = {
  all_success: (s) => {
    if (s.some(isFailure)) return "upstream_failed";
    if (s.includes("skipped")) return "skipped";
    return s.every((x) => x === "success") ? "ready" : "wait";
  },
  all_failed: (s) => {
    if (s.includes("success") || s.includes("skipped")) return "skipped";
    return s.every(isFailure) ? "ready" : "wait";
  },
  all_done: (s) => (s.every(isDone) ? "ready" : "wait"),
  all_skipped: (s) => {
    if (s.some((x) => isDone(x) && x !== "skipped")) return "skipped";
    return s.every((x) => x === "skipped") ? "ready" : "wait";
  },
  one_failed: (s) => {
    if (s.some(isFailure)) return "ready";
    return s.every(isDone) ? "skipped" : "wait";
  },
  one_success: (s) => {
    if (s.includes("success")) return "ready";
    if (!s.every(isDone)) return "wait";
    return s.every((x) => x === "skipped") ? "skipped" : "upstream_failed";
  },
  one_done: (s) => {
    if (s.includes("success") || s.includes("failed")) return "ready";
    return s.every(isDone) ? "skipped" : "wait";
  },
  none_failed: (s) => {
    if (s.some(isFailure)) return "upstream_failed";
    return s.every(isDone) ? "ready" : "wait";
  },
  none_failed_min_one_success: (s) => {
    if (s.some(isFailure)) return "upstream_failed";
    if (s.every((x) => x === "skipped")) return "skipped";
    return s.every(isDone) ? "ready" : "wait";
  },
  none_skipped: (s) => {
    if (s.includes("skipped")) return "skipped";
    return s.every(isDone) ? "ready" : "wait";
  },
  all_done_min_one_success: (s) => {
    if (s.includes("skipped")) return "skipped";
    if (!s.every(isDone)) return "wait";
    return s.includes("success") ? "ready" : "upstream_failed";
  },
  all_done_setup_success: (s, setups) => {
    if (!s.every(isDone)) return "wait";
    if (setups.length === 0 || setups.includes("success")) return "ready";
    return setups.every((x) => x === "skipped") ? "skipped" : "upstream_failed";
  },
  always: () => "ready",
};

function isFailure(state: string): boolean {
  return state === "failed" || state === "upstream_failed";
}

function isDone(state: string): boolean {
  return isFailure(state) || state === "success" || state === "skipped";
}

const STATES = [
  null,
  "scheduled",
  "running",
  "up_for_retry",
  "success",
  "failed",
  "upstream_failed",
  "skipped",
  "removed",
] as const;
const anyUpstream = fc.record({ state: fc.constantFrom<TaskInstanceState | null>(...STATES), isSetup: fc.boolean() });

describe("trigger rules", () => {
  it.each(TRIGGER_RULES)("%s says what Airflow's documentation says", (rule) => {
    fc.assert(
      fc.property(fc.array(anyUpstream, { maxLength: 6 }), (upstream) => {
        const present = upstream.filter(({ state }) => state !== "removed");
        const states = present.map(({ state }) => state ?? "none");
        const setups = present.filter(({ isSetup }) => isSetup).map(({ state }) => state ?? "none");
        const expected = states.length === 0 ? "ready" : ORACLE[rule](states, setups);
        expect(outcome(rule, upstream)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it.each(TRIGGER_RULES)("%s decides as soon as all upstream is done: nothing waits for ever", (rule) => {
    const done = fc.record({
      state: fc.constantFrom<TaskInstanceState>("success", "failed", "upstream_failed", "skipped", "removed"),
      isSetup: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(done, { minLength: 1, maxLength: 8 }), (upstream) => {
        expect(outcome(rule, upstream)).not.toBe("wait");
      }),
    );
  });

  it("taking an upstream away leaves the counts as they were", () => {
    fc.assert(
      fc.property(fc.array(anyUpstream), anyUpstream, (upstream, extra) => {
        const counts = noUpstream();
        for (const { state, isSetup } of upstream) countUpstream(counts, state, isSetup, 1);
        const before = { ...counts };
        countUpstream(counts, extra.state, extra.isSetup, 1);
        countUpstream(counts, extra.state, extra.isSetup, -1);
        expect(counts).toEqual(before);
      }),
    );
  });
});
