import { describe, expect, it } from "vitest";
import { advanced, ended, FAILED, SUCCESS } from "../test-support/drive.ts";
import { makeRun, makeTask, statesOf } from "../test-support/make-run.ts";

const teardown = { isTeardown: true, triggerRule: "all_done_setup_success" } as const;
const tasks = [
  makeTask("up", [], { isSetup: true }),
  makeTask("before", []),
  makeTask("work", ["up", "before"], { triggerRule: "all_done" }),
  makeTask("more", ["work"], { triggerRule: "all_done" }),
  makeTask("down", ["up", "more"], teardown),
];

describe("a run with a setup and its teardown", () => {
  it("tears down although the work failed, and then fails by the work", () => {
    let run = advanced(makeRun(tasks.filter(({ taskId }) => taskId !== "before").map(withoutBefore)));
    run = advanced(ended(run, "up", SUCCESS));
    run = advanced(ended(run, "work", SUCCESS));
    run = advanced(ended(run, "more", FAILED));
    expect(statesOf(run)).toMatchObject({ more: "failed", down: "scheduled" });
    expect(advanced(ended(run, "down", SUCCESS)).state).toBe("failed");
  });

  it("does not let a task of the scope start whose setup failed, whatever its trigger rule", () => {
    const run = advanced(makeRun(tasks, { up: "failed", before: "success", work: "success" }));
    expect(statesOf(run)).toMatchObject({ more: "upstream_failed", down: "upstream_failed" });
  });

  it("leaves out what is in the scope of a setup that was left out", () => {
    const run = advanced(makeRun(tasks, { up: "skipped", before: "success", work: "success" }));
    expect(statesOf(run)).toMatchObject({ more: "skipped", down: "skipped" });
  });

  it("lets a task of the scope wait for a setup that was cleared", () => {
    const run = advanced(makeRun(tasks, { before: "success", work: "success" }));
    expect(statesOf(run)).toMatchObject({ up: "scheduled", more: null });
  });

  it("tears down only when everything in the scope is over, also what is not directly above the teardown", () => {
    const early = tasks.map((task) =>
      task.taskId === "more" ? { ...task, triggerRule: "one_success" as const } : task,
    );
    const late = makeTask("late", ["up"]);
    const all = early.flatMap((task) => {
      if (task.taskId === "more") return [late, { ...task, upstreamTaskIds: ["work", "late"] }];
      return [task];
    });
    const run = advanced(makeRun(all, { up: "success", before: "success", work: "success", more: "success" }));
    expect(statesOf(run)).toMatchObject({ late: "scheduled", down: null });
    expect(statesOf(advanced(ended(run, "late", FAILED)))).toMatchObject({ down: "scheduled" });
  });

  it("succeeds although its teardown failed, unless that is to fail the run", () => {
    const done = { up: "success", before: "success", work: "success", more: "success", down: "failed" } as const;
    expect(advanced(makeRun(tasks, done)).state).toBe("success");
    const strict = tasks.map((task) => (task.taskId === "down" ? { ...task, onFailureFailDagRun: true } : task));
    expect(advanced(makeRun(strict, done)).state).toBe("failed");
  });
});

function withoutBefore(task: (typeof tasks)[number]): (typeof tasks)[number] {
  return { ...task, upstreamTaskIds: task.upstreamTaskIds.filter((id) => id !== "before") };
}
