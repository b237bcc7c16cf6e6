import { describe, expect, it } from "vitest";
import type { TaskInstanceSelection } from "../select-task-instances.ts";
import { makeRun, makeTask } from "../test-support/make-run.ts";
import { selectForClear } from "./select-for-clear.ts";

const tasks = [
  makeTask("up", [], { isSetup: true }),
  makeTask("work", ["up"]),
  makeTask("more", ["work"]),
  makeTask("down", ["up", "more"], { isTeardown: true, triggerRule: "all_done_setup_success" }),
  makeTask("after", ["more"]),
];
const states = { up: "success", work: "success", more: "failed", down: "success", after: "upstream_failed" } as const;

function cleared(selection: TaskInstanceSelection): string[] {
  const run = makeRun(tasks, states);
  const ids = selectForClear(run, selection);
  return run.taskInstances.filter(({ id }) => ids.has(id)).map(({ taskId }) => taskId);
}

describe("what a clear takes along", () => {
  it("is the setup in whose scope the task is, and its teardown", () => {
    expect(cleared({ taskIds: ["more"] }).toSorted()).toEqual(["down", "more", "up"]);
  });

  it("is nothing for a task that is in no scope", () => {
    expect(cleared({ taskIds: ["after"] })).toEqual(["after"]);
  });

  it("is the teardown of a setup, and nothing with a teardown", () => {
    expect(cleared({ taskIds: ["up"] }).toSorted()).toEqual(["down", "up"]);
    expect(cleared({ taskIds: ["down"] })).toEqual(["down"]);
  });

  it("is also what the tasks below need", () => {
    expect(cleared({ taskIds: ["work"], downstream: true }).toSorted()).toEqual([
      "after",
      "down",
      "more",
      "up",
      "work",
    ]);
  });

  it("has to be in the wanted state as well", () => {
    expect(cleared({ taskIds: ["more"], onlyFailed: true })).toEqual(["more"]);
  });
});
