import { describe, expect, it } from "vitest";
import { buildGraph } from "../graph.ts";
import { makeDag, makeTask } from "../test-support/make-run.ts";
import { skippedTasks } from "./skipped-tasks.ts";

const group = {
  groupId: "g",
  parentGroupId: null,
  displayName: "g",
  tooltip: "",
  expand: null,
  extra: {},
};
const graph = buildGraph(
  makeDag(
    [
      makeTask("branch", [], { isBranch: true }),
      makeTask("left", ["branch"]),
      makeTask("right", ["branch"]),
      makeTask("g.first", ["branch"], { taskGroupId: "g" }),
      makeTask("g.second", ["g.first"], { taskGroupId: "g" }),
      makeTask("join", ["branch", "left", "right"]),
      makeTask("clean", ["branch", "join"], { isTeardown: true }),
    ],
    { taskGroups: [group] },
  ),
);
const branched = (...follow: string[]) => skippedTasks(graph, "branch", { kind: "branch", follow });

describe("a branch", () => {
  it("leaves out what stands directly behind it, but not what the followed task leads to", () => {
    expect(branched("left")).toEqual({
      kind: "skipped",
      taskIds: ["right", "g.first"],
      xcom: { followed: ["left", "join", "clean"] },
    });
  });

  it("follows the first tasks of a group that it names", () => {
    expect(branched("g")).toMatchObject({ taskIds: ["left", "right", "join", "clean"] });
  });

  it("leaves out everything directly behind it when it follows nothing", () => {
    expect(branched()).toMatchObject({
      taskIds: ["left", "right", "g.first", "join", "clean"],
      xcom: { followed: [] },
    });
  });

  it("may not name what the Dag does not have", () => {
    expect(branched("left", "lefd")).toEqual({ kind: "unknown", names: ["lefd"] });
  });
});

describe("a short circuit", () => {
  const cut = (respectTriggerRules: boolean) =>
    skippedTasks(graph, "branch", { kind: "short_circuit", respectTriggerRules });

  it("leaves out all that is behind it, teardowns excepted", () => {
    const skipped = cut(false);
    expect(skipped.kind === "skipped" && skipped.taskIds.toSorted()).toEqual([
      "g.first",
      "g.second",
      "join",
      "left",
      "right",
    ]);
  });

  it("leaves out only what is directly behind it when trigger rules are to be respected", () => {
    expect(cut(true)).toMatchObject({ taskIds: ["left", "right", "g.first", "join"] });
  });
});
