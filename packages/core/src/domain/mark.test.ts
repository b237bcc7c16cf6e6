import type { TaskInstanceState } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { apply } from "./apply.ts";
import { markRun, markTaskInstances } from "./mark.ts";
import { after } from "./test-support/drive.ts";
import { makeRun, makeTask, statesOf } from "./test-support/make-run.ts";
import type { RunSnapshot } from "./snapshot.ts";

const tasks = [makeTask("a"), makeTask("b", ["a"]), makeTask("c", ["b"])];

function marked(run: RunSnapshot, to: Parameters<typeof markRun>[1]): RunSnapshot {
  return apply(run, markRun(run, to).transitions, after(9));
}

describe("marking a run", () => {
  it("failed fails what runs and skips what has not begun, as recorded", () => {
    const run = marked(makeRun(tasks, { a: "running" }), "failed");
    expect(statesOf(run)).toEqual({ a: "failed", b: "skipped", c: "skipped" });
    expect(run).toMatchObject({ state: "failed", endDate: after(9) });
  });

  it("success does the same the other way, and leaves what is over, as Airflow 3", () => {
    const run = marked(makeRun([...tasks, makeTask("d")], { a: "failed", b: "deferred", c: "queued" }), "success");
    expect(statesOf(run)).toEqual({ a: "failed", b: "success", c: "skipped", d: "skipped" });
    expect(run.state).toBe("success");
  });

  it("success makes everything success where it is asked for in Airflow 2's manner", () => {
    const before = makeRun(tasks, { a: "failed", b: "upstream_failed", c: "queued" });
    const run = apply(before, markRun(before, "success", { everythingSucceeds: true }).transitions, after(9));
    expect(statesOf(run)).toEqual({ a: "success", b: "success", c: "success" });
    expect(run.state).toBe("success");
  });

  it("queued takes the run back to the queue with its task instances as they are", () => {
    const over = makeRun(tasks, { a: "success", b: "failed" }, { state: "failed" });
    const run = marked(over, "queued");
    expect(statesOf(run)).toEqual({ a: "success", b: "failed", c: null });
    expect(run).toMatchObject({ state: "queued", startDate: null, endDate: null });
  });

  it("works from every state to every other, as recorded for a run that has not started", () => {
    let run = makeRun(tasks, {}, { state: "queued", startDate: null });
    run = marked(run, "success");
    expect(run).toMatchObject({ state: "success", startDate: null, endDate: after(9) });
    run = marked(run, "failed");
    expect(run).toMatchObject({ state: "failed", startDate: null });
    run = marked(run, "queued");
    expect(run).toMatchObject({ state: "queued", endDate: null });
    expect(markRun(run, "queued").transitions).toEqual([]);
  });

  it("leaves a teardown that is not over to run, and the run with it", () => {
    const withTeardown = [makeTask("work"), makeTask("drop", ["work"], { isTeardown: true })];
    for (const to of ["success", "failed"] as const) {
      const run = marked(makeRun(withTeardown, { work: "running" }), to);
      expect(statesOf(run)).toEqual({ work: to, drop: null });
      expect(run.state).toBe("running");
    }
  });

  it("knows what to do in every state of a task instance", () => {
    const states: readonly TaskInstanceState[] = [
      "scheduled",
      "queued",
      "running",
      "success",
      "failed",
      "up_for_retry",
      "up_for_reschedule",
      "upstream_failed",
      "skipped",
      "removed",
      "restarting",
      "deferred",
    ];
    for (const state of states) {
      const run = makeRun([makeTask("a")], { a: state });
      for (const to of ["queued", "success", "failed"] as const) expect(() => marked(run, to)).not.toThrow();
      expect(() => markRun(run, "success", { everythingSucceeds: true })).not.toThrow();
    }
  });
});

describe("marking task instances", () => {
  it("clears failed ones below, so that the run takes up again", () => {
    const over = makeRun(tasks, { a: "failed", b: "upstream_failed", c: "upstream_failed" }, { state: "failed" });
    const run = apply(over, markTaskInstances(over, new Set([1]), ["a"], "success").transitions, after(9));
    expect(statesOf(run)).toEqual({ a: "success", b: null, c: null });
    expect(run.state).toBe("queued");
  });

  it("failed with everything below leaves those below cleared, as recorded", () => {
    const over = makeRun(tasks, { a: "success", b: "success", c: "success" }, { state: "success" });
    const run = apply(over, markTaskInstances(over, new Set([1, 2, 3]), ["a"], "failed").transitions, after(9));
    expect(statesOf(run)).toEqual({ a: "failed", b: null, c: null });
  });

  it("changes nothing where the state is there already", () => {
    const over = makeRun([makeTask("a")], { a: "success" }, { state: "success" });
    expect(markTaskInstances(over, new Set([1]), ["a"], "success").transitions).toEqual([]);
  });
});
