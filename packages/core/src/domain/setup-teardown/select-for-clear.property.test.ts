import { type SerializedTask, type TaskInstanceState } from "@windlass/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apply } from "../apply.ts";
import { clearTaskInstances } from "../clear.ts";
import { upstreamOf, downstreamOf, type TaskInstanceSelection } from "../select-task-instances.ts";
import type { RunSnapshot } from "../snapshot.ts";
import { makeRun, makeTask, START } from "../test-support/make-run.ts";
import { setupsAndTeardownsOf } from "./relevant-setups.ts";
import { selectForClear } from "./select-for-clear.ts";

const STATES = [
  null,
  "success",
  "failed",
  "skipped",
  "upstream_failed",
  "up_for_retry",
  "running",
  "restarting",
] as const satisfies readonly (TaskInstanceState | null)[];

interface Drawn {
  readonly run: RunSnapshot;
  readonly taskIds: readonly string[];
}

/** A run of a random Dag, its task instances in random states, and some of its tasks. @param kinds what the tasks may be besides work */
function anyRun(kinds: readonly ("setup" | "teardown")[]): fc.Arbitrary<Drawn> {
  const spec = fc.record({
    upstream: fc.array(fc.nat(), { maxLength: 3 }),
    kind: fc.constantFrom("work" as const, "work" as const, ...kinds),
    state: fc.constantFrom(...STATES),
  });
  return fc
    .record({
      specs: fc.array(spec, { minLength: 1, maxLength: 10 }),
      picked: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
      isOver: fc.boolean(),
    })
    .map(({ specs, picked, isOver }) => {
      const tasks: SerializedTask[] = specs.map(({ upstream, kind }, index) =>
        makeTask(`t${index}`, index === 0 ? [] : [...new Set(upstream.map((at) => `t${at % index}`))], {
          isSetup: kind === "setup",
          isTeardown: kind === "teardown",
        }),
      );
      const states = Object.fromEntries(
        specs.flatMap(({ state }, index) => (state === null ? [] : [[`t${index}`, state]])),
      );
      return {
        run: makeRun(tasks, states, { state: isOver ? "failed" : "running" }),
        taskIds: [...new Set(picked.map((at) => `t${at % specs.length}`))],
      };
    });
}

const withSetups = anyRun(["setup", "teardown"]);
const direction = fc.constantFrom<Pick<TaskInstanceSelection, "upstream" | "downstream">>(
  {},
  { upstream: true },
  { downstream: true },
  { upstream: true, downstream: true },
);

function tasksOf(run: RunSnapshot, selection: TaskInstanceSelection): Set<string> {
  const ids = selectForClear(run, selection);
  return new Set(run.taskInstances.filter(({ id }) => ids.has(id)).map(({ taskId }) => taskId));
}

describe("what a clear means", () => {
  it("is what it changes, no more and no less, and a second one changes nothing", () => {
    fc.assert(
      fc.property(withSetups, direction, fc.boolean(), ({ run, taskIds }, around, onlyFailed) => {
        const told = selectForClear(run, { taskIds, ...around, onlyFailed });
        const cleared = apply(run, clearTaskInstances(run, told).transitions, START);
        run.taskInstances.forEach((before, index) => {
          const after = cleared.taskInstances[index];
          if (!told.has(before.id)) expect(after).toEqual(before);
          else
            expect(after?.state).toBe(
              before.state === "running" || before.state === "restarting" ? "restarting" : null,
            );
        });
        expect(cleared.state).toBe(run.state === "failed" && told.size > 0 ? "queued" : run.state);
        expect(clearTaskInstances(cleared, told).transitions).toEqual([]);
      }),
    );
  });

  it("takes all that is above, or below, and from there nothing more is reached", () => {
    fc.assert(
      fc.property(anyRun([]), ({ run, taskIds }) => {
        const above = tasksOf(run, { taskIds, upstream: true });
        expect(above).toEqual(new Set([...taskIds, ...upstreamOf(run.graph, taskIds)]));
        expect(tasksOf(run, { taskIds: [...above], upstream: true })).toEqual(above);
        const below = tasksOf(run, { taskIds, downstream: true });
        expect(below).toEqual(new Set([...taskIds, ...downstreamOf(run.graph, taskIds)]));
        expect(tasksOf(run, { taskIds: [...below], downstream: true })).toEqual(below);
      }),
    );
  });

  it("never means less where more is asked for, and always what was named", () => {
    fc.assert(
      fc.property(withSetups, direction, ({ run, taskIds }, around) => {
        const named = tasksOf(run, { taskIds });
        const wide = tasksOf(run, { taskIds, ...around });
        for (const taskId of taskIds) expect(named).toContain(taskId);
        for (const taskId of named) expect(wide).toContain(taskId);
        const one = tasksOf(run, { taskIds: taskIds.slice(0, 1), ...around });
        for (const taskId of one) expect(wide).toContain(taskId);
      }),
    );
  });

  it("takes along the setups, and their teardowns, of all work that it means", () => {
    fc.assert(
      fc.property(withSetups, direction, ({ run, taskIds }, around) => {
        const meant = tasksOf(run, { taskIds, ...around });
        for (const taskId of meant) {
          const task = run.graph.tasks.get(taskId);
          if (task?.isSetup === true || task?.isTeardown === true) continue;
          for (const needed of setupsAndTeardownsOf(run.graph, taskId)) expect(meant).toContain(needed);
        }
      }),
    );
  });

  it("is a part of it, in the wanted state, where only that is asked for", () => {
    fc.assert(
      fc.property(withSetups, direction, ({ run, taskIds }, around) => {
        const all = selectForClear(run, { taskIds, ...around });
        const failed = selectForClear(run, { taskIds, ...around, onlyFailed: true });
        const running = selectForClear(run, { taskIds, ...around, onlyRunning: true });
        for (const { id, state } of run.taskInstances) {
          expect(failed.has(id)).toBe(all.has(id) && (state === "failed" || state === "upstream_failed"));
          expect(running.has(id)).toBe(all.has(id) && state === "running");
        }
      }),
    );
  });
});
