import { instant } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { apply } from "./apply.ts";
import { tasksWithoutInstance } from "./align-with-version.ts";
import { clearTaskInstances } from "./clear.ts";
import { applyOutcome } from "./reports.ts";
import { selectForMark } from "./select-task-instances.ts";
import { selectForClear } from "./setup-teardown/select-for-clear.ts";
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
    const ids = selectForClear(run, { onlyFailed: true });
    const cleared = apply(run, clearTaskInstances(run, ids).transitions, after(100));
    expect(cleared).toMatchObject({ state: "queued", queuedAt: after(100), startDate: null, endDate: null });
    expect(statesOf(cleared)).toEqual({ a: null, b: null, c: null });
    expect(instanceOf(cleared, "a")).toMatchObject({
      tryNumber: 2,
      maxTries: 3,
      startDate: after(60),
      endDate: after(60),
    });
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

describe("a clear that is not to take the run along", () => {
  const over = makeRun(tasks, { a: "failed", b: "upstream_failed" }, { state: "failed", endDate: START });

  it("leaves the run over, and a later clear of the same takes it back to the queue", () => {
    const cleared = apply(over, clearTaskInstances(over, new Set([1, 2]), { resetRun: false }).transitions, START);
    expect(cleared).toMatchObject({ state: "failed", endDate: START });
    expect(statesOf(cleared)).toEqual({ a: null, b: null, c: null });
    expect(advanced(cleared)).toBe(cleared);
    const again = apply(cleared, clearTaskInstances(cleared, new Set([1])).transitions, START);
    expect(again.state).toBe("queued");
  });
});

describe("clearing a run that was moved to another version of its Dag", () => {
  it("removes what the Dag does not have any more, has back what it has again, and finds what it has besides", () => {
    const before = makeRun([makeTask("a"), makeTask("gone"), makeTask("back"), makeTask("busy")], {
      a: "success",
      gone: "success",
      back: "removed",
      busy: "running",
    });
    const now = makeRun([makeTask("a"), makeTask("back"), makeTask("new", ["a"])]);
    const moved = { ...before, graph: now.graph };
    const after = apply(moved, clearTaskInstances(moved, new Set([1, 2]), { onNewVersion: true }).transitions, START);
    expect(statesOf(after)).toEqual({ a: null, gone: "removed", back: null, busy: "removed" });
    expect(tasksWithoutInstance(after)).toEqual(["new"]);
  });

  it("gets none of the new tasks whose dates it is outside of", () => {
    const run = makeRun([makeTask("late", [], { startDate: instant("2026-03-01T00:00:00.000001Z") }), makeTask("new")]);
    const empty = { ...run, taskInstances: [] };
    expect(tasksWithoutInstance(empty)).toEqual(["new"]);
    expect(tasksWithoutInstance({ ...empty, runType: "backfill" })).toHaveLength(2);
  });

  it("takes the instances of a task that is not mapped any more for gone", () => {
    const mapped = makeRun([makeTask("each")], { each: "success" });
    const moved = { ...mapped, taskInstances: mapped.taskInstances.map((each) => ({ ...each, mapIndex: 0 })) };
    expect(tasksWithoutInstance(moved)).toEqual(["each"]);
    const after = apply(moved, clearTaskInstances(moved, new Set(), { onNewVersion: true }).transitions, START);
    expect(statesOf(after)).toEqual({ "each[0]": "removed" });
  });
});

describe("selecting task instances", () => {
  const run = makeRun(tasks, { a: "success", b: "failed", c: "upstream_failed" });
  const selected = (selection: Parameters<typeof selectForClear>[1]) => [...selectForClear(run, selection)];

  it("takes the named tasks and, when asked, those above or below", () => {
    expect(selected({ taskIds: ["b"] })).toEqual([2]);
    expect(selected({ taskIds: ["b"], downstream: true })).toEqual([2, 3]);
    expect(selected({ taskIds: ["b"], upstream: true })).toEqual([1, 2]);
    expect(selected({})).toEqual([1, 2, 3]);
    expect(selected({ taskIds: [] })).toEqual([]);
  });

  it("takes only failed ones, running ones, or one map index, when asked", () => {
    expect(selected({ onlyFailed: true })).toEqual([2, 3]);
    expect(selected({ onlyRunning: true })).toEqual([]);
    expect(selected({ mapped: [["a", 0]], downstream: true })).toEqual([2, 3]);
  });

  it("may take what is below that which it took from above", () => {
    const fork = makeRun([makeTask("top"), makeTask("left", ["top"]), makeTask("right", ["top"])]);
    const both = { taskIds: ["left"], upstream: true, downstream: true };
    expect([...selectForClear(fork, both)]).toEqual([1, 2]);
    expect([...selectForClear(fork, { ...both, belowAddedToo: true })]).toEqual([1, 2, 3]);
  });

  it("stays within a map index inside a mapped group, and takes all of what lies outside", () => {
    const expand = { kind: "product", arguments: { n: { kind: "value", value: [1, 2] } } } as const;
    const inGroup = { taskGroupId: "g" };
    const dag = {
      taskGroups: [{ groupId: "g", displayName: "g", parentGroupId: null, tooltip: "", expand, extra: {} }],
    };
    const mapped = makeRun(
      [
        makeTask("before"),
        makeTask("g.one", ["before"], inGroup),
        makeTask("g.two", ["g.one"], inGroup),
        makeTask("after", ["g.two"]),
      ],
      {},
      {},
      dag,
    );
    const instances = mapped.taskInstances.flatMap((each) =>
      each.taskId.startsWith("g.")
        ? [0, 1].map((mapIndex) => ({ ...each, id: each.id * 10 + mapIndex, mapIndex }))
        : [each],
    );
    const expanded = { ...mapped, taskInstances: instances };
    const names = (selection: Parameters<typeof selectForClear>[1]) => {
      const ids = selectForClear(expanded, selection);
      return Object.keys(statesOf({ ...expanded, taskInstances: instances.filter(({ id }) => ids.has(id)) }));
    };
    expect(names({ mapped: [["g.one", 1]], downstream: true })).toEqual(["g.one[1]", "g.two[1]", "after"]);
    expect(names({ mapped: [["g.two", 0]], upstream: true })).toEqual(["before", "g.one[0]", "g.two[0]"]);
    expect(names({ taskIds: ["g.one"], downstream: true })).toHaveLength(5);
  });

  it("for a mark, takes no teardown from below", () => {
    const withTeardown = makeRun([
      makeTask("work"),
      makeTask("more", ["work"]),
      makeTask("drop", ["more"], { isTeardown: true }),
    ]);
    expect([...selectForMark(withTeardown, { taskIds: ["work"], downstream: true })]).toEqual([1, 2]);
    expect([...selectForMark(withTeardown, { taskIds: ["drop"], upstream: true })]).toEqual([1, 2, 3]);
  });
});
