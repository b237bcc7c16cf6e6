import { TRIGGER_RULES, type SerializedTask, type TaskInstanceState } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { advance } from "./advance.ts";
import { apply } from "./apply.ts";
import { advanced, after, ended, FAILED, started, SUCCESS, takeIds } from "./test-support/drive.ts";
import { instanceOf, makeInstance, makeRun, makeTask, retries, START, statesOf } from "./test-support/make-run.ts";

describe("advancing a run", () => {
  it("leaves a queued run alone until it may start, then starts it and schedules what has no upstream", () => {
    const queued = makeRun([makeTask("a"), makeTask("b", ["a"])], {}, { state: "queued", startDate: null });
    expect(advance(queued, START)).toEqual({ transitions: [], nextCheckAt: null });
    const run = advanced(queued, after(1), { runStarts: true });
    expect(run).toMatchObject({ state: "running", startDate: after(1) });
    expect(statesOf(run)).toEqual({ a: "scheduled", b: null });
    expect(instanceOf(run, "a")).toMatchObject({ tryNumber: 1, scheduledAt: after(1) });
  });

  it("looks at a queued run again when its run_after comes", () => {
    const queued = makeRun([makeTask("a")], {}, { state: "queued", startDate: null, runAfter: after(60) });
    expect(advance(queued, START).nextCheckAt).toBe(after(60));
  });

  it("goes from task to task and ends the run with the last", () => {
    let run = advanced(makeRun([makeTask("a"), makeTask("b", ["a"])]));
    run = advanced(ended(run, "a", SUCCESS));
    expect(statesOf(run)).toEqual({ a: "success", b: "scheduled" });
    run = advanced(ended(run, "b", SUCCESS, after(5)), after(5));
    expect(run).toMatchObject({ state: "success", endDate: after(5) });
  });

  it("gives what follows from a failure in one call, and tries of 0 to what never started, as recorded", () => {
    let run = advanced(makeRun([makeTask("a"), makeTask("b", ["a"]), makeTask("c", ["b"]), makeTask("d", ["c"])]));
    run = advanced(ended(run, "a", FAILED, after(3)), after(3));
    expect(statesOf(run)).toEqual({ a: "failed", b: "upstream_failed", c: "upstream_failed", d: "upstream_failed" });
    expect(run.state).toBe("failed");
    expect(instanceOf(run, "d")).toMatchObject({
      tryNumber: 0,
      startDate: after(3),
      endDate: after(3),
      scheduledAt: null,
    });
  });

  it("completes tasks with nothing to execute on its own, at try 1 and without ever queueing them, as recorded", () => {
    const empty = { runtime: "none" } as const;
    const run = advanced(makeRun([makeTask("a", [], empty), makeTask("b", ["a"], empty), makeTask("c", ["b"], empty)]));
    expect(run.state).toBe("success");
    expect(instanceOf(run, "c")).toMatchObject({
      state: "success",
      tryNumber: 1,
      startDate: START,
      endDate: START,
      scheduledAt: null,
      queuedAt: null,
    });
  });

  it("ends as recorded of Airflow's fixture Dag `rules`", () => {
    const rules = TRIGGER_RULES.filter((rule) => rule !== "all_done_min_one_success");
    let run = advanced(
      makeRun([
        makeTask("good"),
        makeTask("bad"),
        ...rules.map((triggerRule) => makeTask(`r_${triggerRule}`, ["good", "bad"], { triggerRule, runtime: "none" })),
      ]),
    );
    run = advanced(ended(run, "good", SUCCESS));
    run = advanced(ended(run, "bad", FAILED));
    const recorded: Record<string, TaskInstanceState> = {
      good: "success",
      bad: "failed",
      r_all_success: "upstream_failed",
      r_all_failed: "skipped",
      r_all_done: "success",
      r_one_success: "success",
      r_one_failed: "success",
      r_one_done: "success",
      r_none_failed: "upstream_failed",
      r_none_skipped: "success",
      r_all_skipped: "skipped",
      r_always: "success",
      r_none_failed_min_one_success: "upstream_failed",
      r_all_done_setup_success: "success",
    };
    expect(statesOf(run)).toEqual(recorded);
    expect(run.state).toBe("failed");
  });

  it("lets only the leaves decide: a failure that was dealt with does not fail the run", () => {
    let run = advanced(makeRun([makeTask("a"), makeTask("mend", ["a"], { triggerRule: "all_done" })]));
    run = advanced(ended(run, "a", FAILED));
    run = advanced(ended(run, "mend", SUCCESS));
    expect(run.state).toBe("success");
  });

  it("waits for ever, and so fails, behind a task that the run does not have, save where the rule needs less or something mapped is counted", () => {
    const without = (tasks: readonly SerializedTask[], gone: string) => {
      const run = makeRun(tasks);
      return { ...run, taskInstances: run.taskInstances.filter(({ taskId }) => taskId !== gone) };
    };
    const empty = { runtime: "none" } as const;
    const pair = [makeTask("a", [], empty), makeTask("b", [], empty)];
    const all = advanced(without([...pair, makeTask("c", ["a", "b"], empty)], "a"));
    expect([all.state, statesOf(all)]).toEqual(["failed", { b: "success", c: "upstream_failed" }]);
    const one = advanced(without([...pair, makeTask("c", ["a", "b"], { ...empty, triggerRule: "one_success" })], "a"));
    expect([one.state, statesOf(one)]).toEqual(["success", { b: "success", c: "success" }]);
    const source = { kind: "value", value: [1] } as const;
    const mapped = makeTask("b", [], { ...empty, expand: { kind: "product", arguments: { x: source } } });
    const counted = without([makeTask("a", [], empty), mapped, makeTask("c", ["a", "b"], empty)], "a");
    expect(advanced(counted, START, { takeIds: takeIds() }).state).toBe("success");
    expect(advanced(without([makeTask("a")], "a")).state).toBe("success");
  });

  it("does not let a teardown's end decide the run", () => {
    const teardown = { isTeardown: true, triggerRule: "all_done_setup_success" } as const;
    const tasks = [
      makeTask("make", [], { isSetup: true }),
      makeTask("work", ["make"]),
      makeTask("drop", ["work", "make"], teardown),
    ];
    let failing = advanced(ended(advanced(makeRun(tasks)), "make", SUCCESS));
    failing = advanced(ended(failing, "work", FAILED));
    expect(statesOf(failing)["drop"]).toBe("scheduled");
    expect(advanced(ended(failing, "drop", SUCCESS)).state).toBe("failed");
    let working = advanced(ended(advanced(makeRun(tasks)), "make", SUCCESS));
    working = advanced(ended(working, "work", SUCCESS));
    expect(advanced(ended(working, "drop", FAILED)).state).toBe("success");
  });

  it("ends a run without any task at once", () => {
    expect(advanced(makeRun([])).state).toBe("success");
  });

  it("starts nothing while the Dag is paused, yet records what follows from what is over, and ends the run", () => {
    const tasks = [makeTask("a"), makeTask("b", ["a"])];
    const paused = advanced(makeRun(tasks, {}, { dagPaused: true }));
    expect(statesOf(paused)).toEqual({ a: null, b: null });
    const over = advanced(makeRun(tasks, { a: "failed" }, { dagPaused: true }));
    expect(over.state).toBe("failed");
  });

  it("schedules a retry when its moment has come, and says when to look again", () => {
    let run = advanced(makeRun([makeTask("a", [], retries(1))]));
    run = ended(run, "a", FAILED, after(10));
    expect(instanceOf(run, "a")).toMatchObject({ state: "up_for_retry", tryNumber: 1, notBefore: after(70) });
    expect(advance(run, after(69))).toEqual({ transitions: [], nextCheckAt: after(70) });
    run = advanced(run, after(70));
    expect(instanceOf(run, "a")).toMatchObject({ state: "scheduled", tryNumber: 2, notBefore: null });
    expect(advanced(ended(run, "a", FAILED, after(80)), after(80)).state).toBe("failed");
  });

  it("takes a retry back when an upstream, cleared in the meantime, fails", () => {
    const run = makeRun([makeTask("a"), makeTask("b", ["a"], retries(3))], { a: "failed", b: "up_for_retry" });
    expect(statesOf(advanced(run))).toEqual({ a: "failed", b: "upstream_failed" });
  });

  it("fails a run that takes too long and skips what is unfinished of it", () => {
    const tasks = [makeTask("a"), makeTask("b", ["a"])];
    let run = advanced(makeRun(tasks, {}, {}, { dagrunTimeoutSeconds: 100 }));
    run = started(run, "a");
    expect(advance(run, after(99))).toEqual({ transitions: [], nextCheckAt: after(100) });
    run = advanced(run, after(100));
    expect(run).toMatchObject({ state: "failed", endDate: after(100) });
    expect(statesOf(run)).toEqual({ a: "skipped", b: "skipped" });
  });

  describe("with a previous run", () => {
    const past = (state: TaskInstanceState | null, below: TaskInstanceState | null = "success") => ({
      previousRun: { runId: "before", states: new Map([["a", state] as const, ["b", below] as const]) },
    });
    const tasks = (change: { dependsOnPast?: boolean; waitForDownstream?: boolean }) => [
      makeTask("a", [], change),
      makeTask("b", ["a"]),
    ];

    it("waits under depends_on_past until the task succeeded there or was skipped", () => {
      const dependent = tasks({ dependsOnPast: true });
      for (const state of ["failed", "running", null, "upstream_failed"] as const) {
        const waiting = advanced(makeRun(dependent, {}, past(state)));
        expect(statesOf(waiting)["a"]).toBeNull();
        expect(waiting.state).toBe("running");
      }
      for (const state of ["success", "skipped"] as const) {
        expect(statesOf(advanced(makeRun(dependent, {}, past(state))))["a"]).toBe("scheduled");
      }
    });

    it("waits under wait_for_downstream for the tasks below as well", () => {
      const dependent = tasks({ waitForDownstream: true });
      expect(statesOf(advanced(makeRun(dependent, {}, past("success", "running"))))["a"]).toBeNull();
      expect(statesOf(advanced(makeRun(dependent, {}, past("success", "skipped"))))["a"]).toBe("scheduled");
    });

    it("goes on in the first run, and in the first that has the task", () => {
      const dependent = tasks({ dependsOnPast: true });
      expect(statesOf(advanced(makeRun(dependent)))["a"]).toBe("scheduled");
      const without = { previousRun: { runId: "before", states: new Map([["b", "failed"] as const]) } };
      expect(statesOf(advanced(makeRun(dependent, {}, without)))["a"]).toBe("scheduled");
    });
  });

  it("counts all instances of a mapped upstream, and those that were removed not at all", () => {
    const [a, b] = [makeTask("a"), makeTask("b", ["a"])];
    const mapped = (states: readonly TaskInstanceState[]) =>
      makeRun(
        [a, b],
        {},
        {
          taskInstances: [
            ...states.map((state, mapIndex) => makeInstance(mapIndex + 1, a, { mapIndex, state })),
            makeInstance(100, b),
          ],
        },
      );
    expect(statesOf(advanced(mapped(["success", "running"])))["b"]).toBeNull();
    expect(statesOf(advanced(mapped(["success", "success", "removed"])))["b"]).toBe("scheduled");
    expect(statesOf(advanced(mapped(["success", "failed", "running"])))["b"]).toBe("upstream_failed");
  });

  it("waits for an upstream that has no task instance yet, and fails as deadlocked when nothing else moves", () => {
    const [a, b, c] = [makeTask("a"), makeTask("b", ["a"]), makeTask("c")];
    const run = (state: TaskInstanceState) =>
      makeRun([a, b, c], {}, { taskInstances: [makeInstance(1, b), makeInstance(2, c, { state })] });
    expect(statesOf(advanced(run("running")))["b"]).toBeNull();
    const stuck = run("success");
    expect(advance(stuck, START).transitions.map(({ reason }) => reason)).toEqual(["run_deadlocked", "run_deadlocked"]);
    expect(advanced(stuck).state).toBe("failed");
    expect(statesOf(advanced(stuck))["b"]).toBe("upstream_failed");
  });

  it("is not applied to a snapshot that has moved on", () => {
    const run = makeRun([makeTask("a")]);
    const { transitions } = advance(run, START);
    const next = apply(run, transitions, START);
    expect(() => apply(next, transitions, START)).toThrow(/is scheduled, not null/);
  });
});
