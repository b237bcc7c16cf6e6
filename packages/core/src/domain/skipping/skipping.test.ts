import type { AttemptOutcome } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { apply } from "../apply.ts";
import { clearTaskInstances } from "../clear.ts";
import { advanced, after, ended, FAILED, SUCCESS } from "../test-support/drive.ts";
import { instanceOf, makeRun, makeTask, START, statesOf } from "../test-support/make-run.ts";

const tasks = [
  makeTask("branch", [], { isBranch: true }),
  makeTask("left", ["branch"]),
  makeTask("right", ["branch"]),
  makeTask("join", ["left", "right"], { triggerRule: "none_failed_min_one_success" }),
];
const follow = (...names: string[]): AttemptOutcome => ({ state: "success", skip: { kind: "branch", follow: names } });

function afterBranch() {
  return advanced(ended(advanced(makeRun(tasks)), "branch", follow("left")));
}

describe("a run with a branch", () => {
  it("goes on with the followed task and joins behind it", () => {
    const run = advanced(ended(afterBranch(), "left", SUCCESS));
    expect(statesOf(run)).toEqual({ branch: "success", left: "success", right: "skipped", join: "scheduled" });
  });

  it("has the last word on a task that could not start, so that it does not matter which came first", () => {
    const all = [...tasks.slice(0, 2), makeTask("other"), makeTask("both", ["branch", "other"])];
    const failed = advanced(ended(advanced(makeRun(all)), "other", FAILED));
    expect(statesOf(failed)).toMatchObject({ both: "upstream_failed" });
    expect(statesOf(advanced(ended(failed, "branch", follow("left"))))).toMatchObject({ both: "skipped" });
  });

  it("leaves a task out again that is cleared by itself, and asks the branch anew where that is cleared too", () => {
    const over = advanced(ended(advanced(ended(afterBranch(), "left", SUCCESS)), "join", SUCCESS));
    expect(over.state).toBe("success");
    const clearing = (...names: string[]) => {
      const ids = new Set(names.map((name) => instanceOf(over, name).id));
      return advanced(apply(over, clearTaskInstances(over, ids).transitions, START), START, { runStarts: true });
    };
    expect(statesOf(clearing("right"))).toMatchObject({ right: "skipped" });
    const anew = clearing("branch", "right", "left");
    expect(statesOf(anew)).toMatchObject({ branch: "scheduled", right: null });
    expect(statesOf(advanced(ended(anew, "branch", follow("right"))))).toMatchObject({
      left: "skipped",
      right: "scheduled",
    });
  });

  it("fails the attempt whose branch names an unknown task", () => {
    const run = ended(advanced(makeRun(tasks)), "branch", follow("lefd"));
    expect(statesOf(run)).toMatchObject({ branch: "failed", left: null });
    expect(statesOf(advanced(run))).toMatchObject({ left: "upstream_failed", right: "upstream_failed" });
  });
});

describe("a run with latest-only", () => {
  const latest = [
    makeTask("latest", [], { runtime: "none", builtin: { kind: "latest_only" } }),
    makeTask("send", ["latest"]),
  ];

  it("always goes on when it was started by hand", () => {
    expect(statesOf(advanced(makeRun(latest)))).toEqual({ latest: "success", send: "scheduled" });
  });

  it("leaves out what is behind when a later date of the Dag has passed", () => {
    const schedule = { kind: "dates", dates: [START, after(60)], description: null } as const;
    const old = makeRun(latest, {}, { runType: "scheduled" }, { schedule });
    expect(statesOf(advanced(old, after(30)))).toMatchObject({ send: "scheduled" });
    expect(statesOf(advanced(old, after(120)))).toMatchObject({ send: "skipped" });
  });
});
