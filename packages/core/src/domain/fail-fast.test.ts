import { isTerminalState, type TaskInstanceState } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { applyOutcome, attemptLost, executionTimedOut } from "./reports.ts";
import type { RunSnapshot } from "./snapshot.ts";
import { advanced, ended, FAILED, reported, started, SUCCESS, takeIds } from "./test-support/drive.ts";
import { instanceOf, makeRun, makeTask, retries, START, statesOf } from "./test-support/make-run.ts";

const FAIL_FAST = { failFast: true } as const;

/** `a` fails beside another task in this state. */
function failedBeside(state: TaskInstanceState | null): RunSnapshot {
  const waiting = state === "up_for_retry" || state === "deferred" ? { notBefore: START } : {};
  const run = makeRun(
    [makeTask("a"), makeTask("other", ["x"]), makeTask("x")],
    { a: "scheduled", other: state, x: "success" },
    {},
    FAIL_FAST,
  );
  const taskInstances = run.taskInstances.map((each) =>
    each.taskId === "other" ? { ...each, tryNumber: 1, ...waiting } : { ...each, tryNumber: 1 },
  );
  return ended({ ...run, taskInstances }, "a", FAILED);
}

describe("a Dag with failFast", () => {
  it("fails what runs beside a failed task and skips all else that is not over, whether it depends on it or not", () => {
    const tasks = [
      makeTask("a"),
      makeTask("beside", [], retries(3)),
      makeTask("waiting"),
      makeTask("below", ["a"]),
      makeTask("elsewhere", ["waiting"]),
    ];
    const run = started(started(advanced(makeRun(tasks, {}, {}, FAIL_FAST)), "a"), "beside");
    const report = applyOutcome(run, instanceOf(run, "a").attemptId, FAILED, START, 0);
    expect(report).toMatchObject({ accepted: true, nextCheckAt: null });
    const after = advanced(reported(run, report));
    expect(statesOf(after)).toEqual({
      a: "failed",
      beside: "failed",
      waiting: "skipped",
      below: "skipped",
      elsewhere: "skipped",
    });
    expect(report.transitions.find((made) => made.kind === "task_instance" && made.taskId === "beside")).toMatchObject({
      reason: "fail_fast",
      error: { kind: "cancelled", message: expect.stringContaining("task a failed") as string },
    });
  });

  it("leaves what is over, and skips whatever else waits", () => {
    const states: readonly (TaskInstanceState | null)[] = [
      null,
      "scheduled",
      "queued",
      "running",
      "up_for_retry",
      "up_for_reschedule",
      "deferred",
      "awaiting_input",
      "restarting",
      "success",
      "failed",
      "upstream_failed",
      "skipped",
      "removed",
    ];
    for (const state of states) {
      const left = state !== "upstream_failed" && isTerminalState(state);
      const expected = left ? state : state === "running" ? "failed" : "skipped";
      expect(statesOf(failedBeside(state)), String(state)).toMatchObject({ a: "failed", other: expected });
    }
  });

  it("does so when no further try is left, however the last one ended", () => {
    const run = started(advanced(makeRun([makeTask("a", [], retries(1)), makeTask("b")], {}, {}, FAIL_FAST)), "a");
    const { attemptId } = instanceOf(run, "a");
    expect(statesOf(reported(run, attemptLost(run, attemptId, START, 0)))).toEqual({
      a: "up_for_retry",
      b: "scheduled",
    });
    const last = started(advanced(makeRun([makeTask("a"), makeTask("b")], {}, {}, FAIL_FAST)), "a");
    const attempt = instanceOf(last, "a").attemptId;
    for (const report of [attemptLost(last, attempt, START, 0), executionTimedOut(last, attempt, START, 0)])
      expect(statesOf(reported(last, report))).toEqual({ a: "failed", b: "skipped" });
  });

  it("lets teardowns clean up, and other instances of the failed task go on", () => {
    const expand = { kind: "product", arguments: { n: { kind: "value", value: [1, 2] } } } as const;
    const tasks = [
      makeTask("make", [], { isSetup: true }),
      makeTask("each", ["make"], { expand }),
      makeTask("below", ["each"]),
      makeTask("drop", ["make", "below"], { isTeardown: true, triggerRule: "all_done_setup_success" }),
    ];
    const options = { takeIds: takeIds() };
    const begun = advanced(
      ended(advanced(makeRun(tasks, {}, {}, FAIL_FAST), START, { ...options, runStarts: true }), "make", SUCCESS),
      START,
      options,
    );
    const failed = advanced(ended(begun, "each[0]", FAILED), START, options);
    expect(statesOf(failed)).toEqual({
      make: "success",
      "each[0]": "failed",
      "each[1]": "scheduled",
      below: "skipped",
      drop: null,
    });
    const over = advanced(ended(failed, "each[1]", SUCCESS), START, options);
    expect(statesOf(over)).toMatchObject({ drop: "scheduled" });
    // The leaves decide about the run, and the only one of it is skipped.
    expect(advanced(ended(over, "drop", SUCCESS), START, options).state).toBe("success");
  });

  it("is one that says so", () => {
    const run = ended(advanced(makeRun([makeTask("a"), makeTask("b")])), "a", FAILED);
    expect(statesOf(run)).toEqual({ a: "failed", b: "scheduled" });
  });
});
