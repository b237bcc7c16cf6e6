import { isTerminalRunState, TRIGGER_RULES, type AttemptOutcome, type SerializedTask } from "@windlass/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advance } from "../advance.ts";
import { apply } from "../apply.ts";
import type { RunSnapshot } from "../snapshot.ts";
import { ended, takeIds } from "../test-support/drive.ts";
import { makeRun, makeTask, START, statesOf } from "../test-support/make-run.ts";
import { elementsOf } from "./expansion-length.ts";

const result = (taskId: string) => ({ kind: "xcom", taskId, key: "return_value" }) as const;
const product = (...taskIds: string[]) =>
  ({
    kind: "product",
    arguments: Object.fromEntries(taskIds.map((taskId) => [taskId, result(taskId)])),
  }) as const;

/** Two lists, a mapping over both, one over its values, a mapped group, and an end. */
function tasksOf(rules: readonly SerializedTask["triggerRule"][]): SerializedTask[] {
  const rule = (at: number) => ({ triggerRule: rules[at] ?? "all_success" });
  return [
    makeTask("a"),
    makeTask("b"),
    makeTask("pairs", ["a", "b"], { expand: product("a", "b") }),
    makeTask("again", ["pairs"], { expand: product("pairs"), ...rule(0) }),
    makeTask("take", ["b"], { taskGroupId: "group" }),
    makeTask("use", ["take", "a"], { taskGroupId: "group", ...rule(1) }),
    makeTask("end", ["again", "use"], rule(2)),
  ];
}

const groups = [
  { groupId: "group", displayName: "", parentGroupId: null, tooltip: "", expand: product("b"), extra: {} },
] as const;

/** By their nature the others answer what comes first: `all_success` a skip before a failure or the other way round, as on Airflow. */
const REGARDLESS_OF_ORDER = TRIGGER_RULES.filter((rule) => !/^one_|^always$|^all_success$/.test(rule));

type Ends = (name: string) => AttemptOutcome;

/** Runs to the end; `pick` says which of the scheduled task instances ends next. */
function simulate(tasks: readonly SerializedTask[], ends: Ends, pick: (count: number) => number): RunSnapshot {
  const ids = { takeIds: takeIds() };
  let run = makeRun(tasks, {}, {}, { taskGroups: groups });
  let changed: ReadonlySet<string> | undefined;
  for (let steps = 0; steps < 500; steps++) {
    const reloaded = { ...run, taskInstances: run.taskInstances.map((instance) => ({ ...instance })) };
    const full = apply(reloaded, advance(reloaded, START, ids).transitions, START);
    run = apply(run, advance(run, START, { ...ids, ...(changed && { changedTaskIds: changed }) }).transitions, START);
    expect(statesOf(run)).toEqual(statesOf(full));
    if (isTerminalRunState(run.state)) return run;
    const scheduled = run.taskInstances.filter(({ state }) => state === "scheduled");
    const next = scheduled[pick(scheduled.length)];
    if (next === undefined) break;
    const name = next.mapIndex < 0 ? next.taskId : `${next.taskId}[${next.mapIndex}]`;
    run = ended(run, name, ends(name));
    changed = new Set([next.taskId]);
  }
  return run;
}

const list = (length: number): AttemptOutcome => ({ state: "success", returnValue: Array.from({ length }, () => 0) });
const bad: AttemptOutcome = {
  state: "failed",
  error: { kind: "error", name: "Error", message: "asked to", stack: null },
  mayRetry: true,
};
const value: AttemptOutcome = { state: "success", returnValue: 1 };

describe("random mappings", () => {
  it("have as many instances as their lengths' product, and come to the same end in any order", () => {
    fc.assert(
      fc.property(
        fc.nat(4),
        fc.nat(4),
        fc.array(fc.constantFrom(...REGARDLESS_OF_ORDER), { minLength: 3, maxLength: 3 }),
        fc.func(fc.constantFrom<AttemptOutcome>(value, value, value, bad, { state: "skipped", reason: "asked to" })),
        fc.infiniteStream(fc.nat()),
        (a, b, rules, outcome, picks) => {
          const ends: Ends = (name) => (name === "a" ? list(a) : name === "b" ? list(b) : outcome(name));
          const inOrder = simulate(tasksOf(rules), ends, () => 0);
          const mixed = simulate(tasksOf(rules), ends, (count) => picks.next().value % Math.max(1, count));
          expect(isTerminalRunState(inOrder.state)).toBe(true);
          expect(mixed.state).toBe(inOrder.state);
          expect(Object.entries(statesOf(mixed)).toSorted()).toEqual(Object.entries(statesOf(inOrder)).toSorted());
          const pairs = inOrder.taskInstances.filter(({ taskId, mapIndex }) => taskId === "pairs" && mapIndex >= 0);
          expect(pairs.length).toBe(a * b);
          const taken = inOrder.taskInstances.filter(({ taskId, mapIndex }) => taskId === "take" && mapIndex >= 0);
          expect(taken.length).toBe(b);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("give each map index another combination, the last argument's element changing first", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), (sizes) => {
        const lengths = sizes.map((size, at) => [`argument${at}`, size] as const);
        const count = sizes.reduce((all, size) => all * size, 1);
        let before = "";
        for (let mapIndex = 0; mapIndex < count; mapIndex++) {
          const chosen = elementsOf(mapIndex, lengths);
          const now = lengths.map(([argument]) => chosen.get(argument)).join();
          expect(now > before).toBe(true);
          before = now;
        }
      }),
    );
  });
});
