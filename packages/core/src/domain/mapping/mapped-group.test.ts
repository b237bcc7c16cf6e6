import type { AttemptOutcome, SerializedDag, SerializedTask } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import type { RunSnapshot } from "../snapshot.ts";
import { advanced, ended, FAILED, SUCCESS, takeIds } from "../test-support/drive.ts";
import { makeRun, makeTask, START, statesOf } from "../test-support/make-run.ts";

const means = { takeIds: takeIds() };
const on = (run: RunSnapshot) => advanced(run, START, means);
const gives = (returnValue: number[]): AttemptOutcome => ({ state: "success", returnValue });

function went(run: RunSnapshot, ...ends: readonly (readonly [string, AttemptOutcome])[]): RunSnapshot {
  return ends.reduce((now, [task, outcome]) => on(ended(now, task, outcome)), run);
}

const inGroup = (taskId: string, upstream: string[], change: Partial<SerializedTask> = {}) =>
  makeTask(taskId, upstream, { taskGroupId: "group", ...change });

const dag: Partial<SerializedDag> = {
  taskGroups: [
    {
      groupId: "group",
      displayName: "group",
      parentGroupId: null,
      tooltip: "",
      expand: { kind: "product", arguments: { item: { kind: "xcom", taskId: "list", key: "return_value" } } },
      extra: {},
    },
  ],
};

function begun(end: Partial<SerializedTask> = {}, other: Partial<SerializedTask> = {}): RunSnapshot {
  const tasks = [
    makeTask("list"),
    inGroup("take", ["list"], other),
    inGroup("use", ["take"]),
    makeTask("end", ["use"], end),
  ];
  return on(makeRun(tasks, {}, {}, dag));
}

describe("a mapped task group", () => {
  it("has an instance of each of its tasks for each element, before the first of them is over", () => {
    const run = went(begun(), ["list", gives([1, 2])]);
    expect(statesOf(run)).toEqual({
      list: "success",
      "take[0]": "scheduled",
      "take[1]": "scheduled",
      "use[0]": null,
      "use[1]": null,
      end: null,
    });
  });

  it("goes on at each map index by itself", () => {
    const run = went(begun(), ["list", gives([1, 2])], ["take[1]", SUCCESS]);
    expect(statesOf(run)).toMatchObject({ "take[0]": "scheduled", "use[0]": null, "use[1]": "scheduled", end: null });
  });

  it("fails at one map index alone, and what stands behind the group sees all of them", () => {
    const ends = [
      ["list", gives([1, 2])],
      ["take[0]", FAILED],
      ["take[1]", SUCCESS],
      ["use[1]", SUCCESS],
    ] as const;
    const run = went(begun(), ...ends);
    expect(statesOf(run)).toMatchObject({ "use[0]": "upstream_failed", "use[1]": "success", end: "upstream_failed" });
    expect(run.state).toBe("failed");
    expect(statesOf(went(begun({ triggerRule: "all_done" }), ...ends))).toMatchObject({ end: "scheduled" });
  });

  it("skips at one map index alone", () => {
    const run = went(begun(), ["list", gives([1, 2])], ["take[0]", { state: "skipped", reason: "asked to" }]);
    expect(statesOf(run)).toMatchObject({ "use[0]": "skipped", "use[1]": null, "take[1]": "scheduled" });
  });

  it("branches at each map index by itself", () => {
    const skip: AttemptOutcome = { state: "success", skip: { kind: "short_circuit", respectTriggerRules: true } };
    const run = went(begun({}, { isBranch: true }), ["list", gives([1, 2])], ["take[0]", skip], ["take[1]", SUCCESS]);
    expect(statesOf(run)).toMatchObject({ "use[0]": "skipped", "use[1]": "scheduled" });
  });

  it("is skipped over nothing", () => {
    const run = went(begun(), ["list", gives([])]);
    expect(statesOf(run)).toEqual({ list: "success", take: "skipped", use: "skipped", end: "skipped" });
  });

  it("waits also for what stands before it outside, and has its instances then", () => {
    const tasks = [makeTask("list"), makeTask("gate"), inGroup("take", ["list", "gate"])];
    const run = went(on(makeRun(tasks, {}, {}, dag)), ["list", gives([1, 2])]);
    expect(statesOf(run)).toMatchObject({ take: null });
    expect(statesOf(went(run, ["gate", SUCCESS]))).toMatchObject({ "take[0]": "scheduled", "take[1]": "scheduled" });
  });
});
