import { describe, expect, it } from "vitest";
import { apply } from "./apply.ts";
import { clearTaskInstances } from "./clear.ts";
import { applyOutcome } from "./reports.ts";
import { selectTaskInstances } from "./select-task-instances.ts";
import { advanced, after, ended, FAILED, reported, started, SUCCESS } from "./test-support/drive.ts";
import { instanceOf, makeRun, makeTask, retries, START, statesOf } from "./test-support/make-run.ts";

const tasks = [makeTask("a", [], retries(1)), makeTask("b", ["a"]), makeTask("c", ["b"])];

function failedRun() {
  let run = advanced(makeRun(tasks));
  run = ended(run, "a", FAILED);
  run = ended(advanced(run, after(60)), "a", FAILED, after(60));
  return advanced(run, after(60));
}

describe("clearing task instances", () => {
  it("sets them back with all their retries again and the run back to the queue", () => {
    const run = failedRun();
    expect(instanceOf(run, "a")).toMatchObject({ state: "failed", tryNumber: 2, maxTries: 1 });
    const ids = selectTaskInstances(run, { onlyFailed: true });
    const cleared = apply(run, clearTaskInstances(run, ids).transitions, after(100));
    expect(cleared).toMatchObject({ state: "queued", queuedAt: after(100), startDate: null, endDate: null });
    expect(statesOf(cleared)).toEqual({ a: null, b: null, c: null });
    expect(instanceOf(cleared, "a")).toMatchObject({ tryNumber: 2, maxTries: 3, startDate: null, endDate: null });
    const again = advanced(cleared, after(101), { runStarts: true });
    expect(instanceOf(again, "a")).toMatchObject({ state: "scheduled", tryNumber: 3 });
    expect(instanceOf(ended(again, "a", FAILED), "a").state).toBe("up_for_retry");
  });

  it("stops a running one first and begins it anew however it ends", () => {
    const run = started(advanced(makeRun(tasks)), "a");
    const cleared = apply(run, clearTaskInstances(run, new Set([1])).transitions, START);
    expect(cleared.state).toBe("running");
    expect(instanceOf(cleared, "a")).toMatchObject({ state: "restarting", maxTries: 2 });
    const { attemptId } = instanceOf(cleared, "a");
    const over = reported(cleared, applyOutcome(cleared, attemptId, SUCCESS, START, 0));
    expect(instanceOf(over, "a").state).toBeNull();
    expect(instanceOf(advanced(over), "a")).toMatchObject({ state: "scheduled", tryNumber: 2 });
  });

  it("does nothing to what has no state, and does not touch the run then", () => {
    const run = makeRun(tasks, { a: "success", b: "success" });
    expect(clearTaskInstances(run, new Set([3])).transitions).toEqual([]);
  });
});

describe("selecting task instances", () => {
  const run = makeRun(tasks, { a: "success", b: "failed", c: "upstream_failed" });
  const selected = (selection: Parameters<typeof selectTaskInstances>[1]) => [...selectTaskInstances(run, selection)];

  it("takes the named tasks and, when asked, those above or below", () => {
    expect(selected({ taskIds: ["b"] })).toEqual([2]);
    expect(selected({ taskIds: ["b"], downstream: true })).toEqual([2, 3]);
    expect(selected({ taskIds: ["b"], upstream: true })).toEqual([1, 2]);
    expect(selected({})).toEqual([1, 2, 3]);
  });

  it("takes only failed ones, running ones, or one map index, when asked", () => {
    expect(selected({ onlyFailed: true })).toEqual([2, 3]);
    expect(selected({ onlyRunning: true })).toEqual([]);
    expect(selected({ taskIds: ["a"], mapIndex: 0, downstream: true })).toEqual([2, 3]);
  });
});
