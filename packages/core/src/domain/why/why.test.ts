import { describe, expect, it } from "vitest";
import type { Occupancy } from "../limits/slots.ts";
import type { RunSnapshot } from "../snapshot.ts";
import { after } from "../test-support/drive.ts";
import { instanceOf, makeInstance, makeRun, makeTask, retries, START } from "../test-support/make-run.ts";
import type { WhyContext } from "./reason.ts";
import { whyRun } from "./why-run.ts";
import { whyTaskInstance } from "./why-task-instance.ts";

const occupancy: Occupancy = {
  pools: new Map([["default_pool", { slots: 2, occupied: 2 }]]),
  activeInRun: new Map(),
  activeOfTask: new Map(),
  activeOfTaskInRun: new Map(),
  executorFree: 1,
};
const context = (change: Partial<WhyContext> = {}): WhyContext => ({
  now: START,
  schedulerAlive: true,
  runners: 1,
  runningRuns: 0,
  occupancy,
  ...change,
});
const codes = (run: RunSnapshot, change: Partial<WhyContext> = {}) =>
  whyRun(run, context(change)).map(({ code }) => code);
const taskCodes = (run: RunSnapshot, taskId: string, change: Partial<WhyContext> = {}) =>
  whyTaskInstance(run, instanceOf(run, taskId), context(change)).map(({ code }) => code);

describe("why a run does not move", () => {
  const queued = { state: "queued", startDate: null } as const;

  it("has no answer for a run that is over, that may start, or in which something runs", () => {
    expect(codes(makeRun([], {}, { state: "success" }))).toEqual([]);
    expect(codes(makeRun([makeTask("a")], {}, queued))).toEqual([]);
    expect(codes(makeRun([makeTask("a"), makeTask("b", ["a"])], { a: "running" }))).toEqual([]);
  });

  it("names what keeps a queued run waiting", () => {
    expect(codes(makeRun([], {}, { ...queued, dagPaused: true }))).toEqual(["dag_paused"]);
    expect(codes(makeRun([], {}, queued, { maxActiveRuns: 1 }), { runningRuns: 1 })).toEqual(["max_active_runs"]);
    expect(codes(makeRun([], {}, queued), { schedulerAlive: false })).toEqual(["scheduler_down"]);
    const future = makeRun([], {}, { ...queued, runAfter: after(60) });
    expect(whyRun(future, context())).toMatchObject([{ code: "run_after", until: after(60) }]);
  });

  it("names the tasks whose moving would move it, not those behind them", () => {
    const run = makeRun([makeTask("a"), makeTask("b", ["a"])], { a: "scheduled" });
    const reasons = whyRun(run, context());
    expect(reasons.map(({ code }) => code)).toEqual(["pool_full"]);
    expect(reasons[0]?.summary).toContain(`Task "a": Its pool "default_pool" is full: 2 of 2 slots`);
  });

  it("says what holds for all tasks once", () => {
    const run = makeRun([makeTask("a"), makeTask("b")], {}, { dagPaused: true });
    expect(codes(run, { schedulerAlive: false })).toEqual(["scheduler_down", "dag_paused"]);
  });
});

describe("why a task instance does not move", () => {
  it("names the upstream it waits for, a few by name and the rest by number", () => {
    const tasks = Array.from({ length: 7 }, (_, index) => makeTask(`u${index}`));
    const run = makeRun(
      [
        ...tasks,
        makeTask(
          "last",
          tasks.map(({ taskId }) => taskId),
        ),
      ],
      { u0: "running", u1: "success" },
    );
    const [reason] = whyTaskInstance(run, instanceOf(run, "last"), context());
    expect(reason?.code).toBe("upstream_not_done");
    expect(reason?.summary).toContain("u0 (running), u2 (no state yet)");
    expect(reason?.summary).toContain("and 1 more");
  });

  it("names the previous run that it depends on", () => {
    const run = makeRun(
      [makeTask("a", [], { dependsOnPast: true })],
      {},
      { previousRun: { runId: "yesterday", states: new Map([["a", "failed"] as const]) } },
    );
    const [reason] = whyTaskInstance(run, instanceOf(run, "a"), context());
    expect(reason?.summary).toContain("yesterday");
    expect(codes(run)).toEqual(["past_dependency"]);
  });

  it("says until when it waits for its next try", () => {
    const task = makeTask("a", [], retries(2));
    const waiting = makeInstance(1, task, { state: "up_for_retry", tryNumber: 1, notBefore: after(30) });
    const run = makeRun([task], {}, { taskInstances: [waiting] });
    expect(whyTaskInstance(run, waiting, context())).toMatchObject([{ code: "waiting_for_retry", until: after(30) }]);
  });

  it("names the limit that holds it, and the runner that is missing", () => {
    const scheduled = (pool: string, poolSlots = 1) =>
      makeRun([makeTask("a", [], { pool, poolSlots })], { a: "scheduled" });
    expect(taskCodes(scheduled("nowhere"), "a")).toEqual(["pool_missing"]);
    expect(taskCodes(scheduled("default_pool", 3), "a")).toEqual(["larger_than_pool"]);
    const free = new Map([["default_pool", { slots: 128, occupied: 0 }]]);
    const full = { occupancy: { ...occupancy, pools: free, executorFree: 0 } };
    expect(taskCodes(scheduled("default_pool"), "a", full)).toEqual(["parallelism"]);
    const busy = { occupancy: { ...occupancy, pools: free, activeInRun: new Map([[1, 16]]) } };
    expect(taskCodes(scheduled("default_pool"), "a", busy)).toEqual(["max_active_tasks"]);
    expect(taskCodes(makeRun([makeTask("a")], { a: "queued" }), "a", { runners: 0 })).toEqual(["no_runner"]);
    expect(taskCodes(makeRun([makeTask("a")], { a: "restarting" }), "a")).toEqual(["being_stopped"]);
  });

  it("tells of what was cleared in a run that stays over", () => {
    const run = makeRun([makeTask("a")], { a: null }, { state: "success", endDate: START });
    expect(taskCodes(run, "a")).toEqual(["run_over"]);
  });

  it("gives a fix with every reason", () => {
    const run = makeRun([makeTask("a"), makeTask("b", ["a"])], { a: "scheduled" }, { dagPaused: true });
    for (const instance of run.taskInstances) {
      for (const { summary, fix } of whyTaskInstance(run, instance, context({ schedulerAlive: false, runners: 0 }))) {
        expect(summary.length * fix.length).toBeGreaterThan(0);
      }
    }
  });
});
