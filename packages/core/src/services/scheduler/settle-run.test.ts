import type { TaskInstanceState } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { makeRun, makeTask } from "../../domain/test-support/make-run.ts";
import { waitsForPast } from "./settle-run.ts";

function run(state: TaskInstanceState | null, before: TaskInstanceState | null): Parameters<typeof waitsForPast>[0] {
  const previousRun = { runId: "before", states: new Map([["a", before]]) };
  return makeRun([makeTask("a", [], { dependsOnPast: true })], { a: state }, { previousRun });
}

describe("a run whose task waits for its past", () => {
  it.each([null, "up_for_retry", "up_for_reschedule"] as const)("is looked at again while the task is %s", (state) => {
    expect(waitsForPast(run(state, null))).toBe(true);
    expect(waitsForPast(run(state, "success"))).toBe(false);
  });

  it("is not, once the task has begun", () => {
    expect(waitsForPast(run("running", null))).toBe(false);
  });
});
