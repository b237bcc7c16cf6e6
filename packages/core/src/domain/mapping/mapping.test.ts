import type { AttemptOutcome, JsonValue, SerializedExpand, SerializedInput, SerializedTask } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { advance, type AdvanceOptions } from "../advance.ts";
import { apply } from "../apply.ts";
import { clearTaskInstances } from "../clear.ts";
import type { RunSnapshot } from "../snapshot.ts";
import { advanced, ended, FAILED, SUCCESS, takeIds } from "../test-support/drive.ts";
import { makeRun, makeTask, START, statesOf } from "../test-support/make-run.ts";

const result = (taskId: string): SerializedInput => ({ kind: "xcom", taskId, key: "return_value" });
const over = (...sources: SerializedInput[]): SerializedExpand => ({
  kind: "product",
  arguments: Object.fromEntries(sources.map((source, index) => [`argument${index}`, source])),
});
const gives = (returnValue: JsonValue): AttemptOutcome => ({ state: "success", returnValue });
const means: AdvanceOptions = { takeIds: takeIds() };
const on = (run: RunSnapshot, options: AdvanceOptions = {}) => advanced(run, START, { ...means, ...options });

/** Ends task instances one after the other, looking each time at what follows. */
function went(run: RunSnapshot, ...ends: readonly (readonly [string, AttemptOutcome])[]): RunSnapshot {
  return ends.reduce((now, [task, outcome]) => on(ended(now, task, outcome)), run);
}

/** Clears all instances of tasks and starts the run again. */
function cleared(run: RunSnapshot, ...taskIds: string[]): RunSnapshot {
  const ids = run.taskInstances.filter(({ taskId }) => taskIds.includes(taskId)).map(({ id }) => id);
  return on(apply(run, clearTaskInstances(run, new Set(ids)).transitions, START), { runStarts: true });
}

const CHAIN = [
  makeTask("list"),
  makeTask("each", ["list"], { expand: over(result("list")) }),
  makeTask("twice", ["each"], { expand: over(result("each")) }),
  makeTask("all", ["twice"]),
];

describe("a task mapped over literals", () => {
  const literal = over({ kind: "value", value: [1, 2] });

  it("has its instances from the beginning, so that each of them fails with its upstream", () => {
    const run = on(makeRun([makeTask("first"), makeTask("each", ["first"], { expand: literal })]));
    expect(statesOf(run)).toEqual({ first: "scheduled", "each[0]": null, "each[1]": null });
    expect(statesOf(went(run, ["first", FAILED]))).toMatchObject({
      "each[0]": "upstream_failed",
      "each[1]": "upstream_failed",
    });
  });

  it("begins no run before the keys of its instances are there", () => {
    const queued = makeRun(
      [makeTask("first"), makeTask("each", ["first"], { expand: literal })],
      {},
      { state: "queued" },
    );
    const short = advance(queued, START, { runStarts: true, takeIds: () => undefined });
    expect(short).toEqual({ transitions: [], nextCheckAt: null, idsWanted: 1 });
    expect(statesOf(on(queued, { runStarts: true }))).toEqual({ first: "scheduled", "each[0]": null, "each[1]": null });
  });

  it("gives what is mapped over it the values of those that succeeded, where the trigger rule allows it", () => {
    const all = [
      makeTask("each", [], { expand: literal }),
      makeTask("again", ["each"], { expand: over(result("each")), triggerRule: "all_done" }),
    ];
    const run = went(on(makeRun(all)), ["each[0]", FAILED], ["each[1]", gives("value")]);
    expect(statesOf(run)).toMatchObject({ "again[0]": "scheduled" });
  });
});

describe("a mapped task", () => {
  it("fails with what it is mapped over, whatever its trigger rule makes of that", () => {
    const all = [
      makeTask("list"),
      makeTask("other"),
      makeTask("each", ["list", "other"], { expand: over(result("list")), triggerRule: "all_skipped" }),
    ];
    expect(statesOf(went(on(makeRun(all)), ["list", FAILED]))).toMatchObject({ each: "upstream_failed" });
  });

  it("fails with the setup of its scope before it has instances", () => {
    const all = [
      makeTask("up", [], { isSetup: true }),
      makeTask("list", ["up"], { triggerRule: "always" }),
      makeTask("each", ["list"], { expand: over(result("list")), triggerRule: "all_done" }),
    ];
    expect(statesOf(went(on(makeRun(all)), ["list", gives([1])], ["up", FAILED]))).toMatchObject({
      each: "upstream_failed",
    });
  });
});

describe("a chain of mapped tasks", () => {
  it("expands each task when what it is mapped over is there", () => {
    let run = went(on(makeRun(CHAIN)), ["list", gives(["a", "b"])]);
    expect(statesOf(run)).toEqual({
      list: "success",
      "each[0]": "scheduled",
      "each[1]": "scheduled",
      twice: null,
      all: null,
    });
    run = went(run, ["each[1]", gives(1)]);
    expect(statesOf(run)).toMatchObject({ twice: null });
    run = went(run, ["each[0]", gives(1)]);
    expect(statesOf(run)).toMatchObject({ "twice[0]": "scheduled", "twice[1]": "scheduled", all: null });
    run = went(run, ["twice[0]", SUCCESS], ["twice[1]", SUCCESS], ["all", SUCCESS]);
    expect(run.state).toBe("success");
  });

  it("stands in the order of the graph and of the map indexes", () => {
    const run = went(on(makeRun(CHAIN)), ["list", gives(["a", "b", "c"])]);
    expect(Object.keys(statesOf(run))).toEqual(["list", "each[0]", "each[1]", "each[2]", "twice", "all"]);
  });

  it("leaves out the instances without a value", () => {
    const tolerant = CHAIN.map((task) => ({ ...task, triggerRule: "none_failed" as const }));
    const run = went(
      on(makeRun(tolerant)),
      ["list", gives([1, 2, 3])],
      ["each[0]", gives(1)],
      ["each[1]", gives(null)],
      ["each[2]", { state: "skipped", reason: "asked to" }],
    );
    const found = run.taskInstances.filter(({ taskId }) => taskId === "twice");
    expect(found.map(({ mapIndex }) => mapIndex)).toEqual([0]);
  });

  it("fails by one instance that failed, unexpanded behind it", () => {
    const run = went(on(makeRun(CHAIN)), ["list", gives([1, 2])], ["each[0]", FAILED], ["each[1]", gives(1)]);
    expect(statesOf(run)).toMatchObject({ twice: "upstream_failed", all: "upstream_failed" });
    expect(run.state).toBe("failed");
  });

  it("is skipped over nothing, and so is what stands behind it", () => {
    const run = went(on(makeRun(CHAIN)), ["list", gives([])]);
    expect(statesOf(run)).toEqual({ list: "success", each: "skipped", twice: "skipped", all: "skipped" });
    expect(run.state).toBe("success");
  });

  it("ends without starting where there are more elements than there may be", () => {
    const run = ended(on(makeRun(CHAIN)), "list", gives([1, 2, 3]));
    expect(statesOf(on(run, { maxMapLength: 2 }))).toMatchObject({ each: "upstream_failed" });
    const message = "Task each would have 3 mapped instances; max_map_length allows 2.";
    expect(advance(run, START, { maxMapLength: 2 }).transitions[0]).toMatchObject({ error: { message } });
    expect(statesOf(on(run, { maxMapLength: 3 }))).toMatchObject({ "each[2]": "scheduled" });
  });

  it("is not expanded while its Dag is paused", () => {
    const run = ended(on(makeRun(CHAIN)), "list", gives([1, 2]));
    expect(statesOf(on({ ...run, dagPaused: true }))).toMatchObject({ each: null });
  });
});

describe("a mapping without keys for its instances", () => {
  it("waits and says how many it wants, and the run goes on when they are there", () => {
    const run = ended(on(makeRun(CHAIN)), "list", gives([1, 2, 3]));
    const decided = advance(run, START);
    expect(decided).toMatchObject({ transitions: [], idsWanted: 2 });
    expect(statesOf(on(run))).toMatchObject({ "each[2]": "scheduled" });
  });

  it("that grew after a clear gets the missing ones later, whatever the others do meanwhile", () => {
    const over2 = went(
      on(makeRun(CHAIN.slice(0, 2))),
      ["list", gives([1, 2])],
      ["each[0]", SUCCESS],
      ["each[1]", SUCCESS],
    );
    let run = ended(cleared(over2, "list", "each"), "list", gives([1, 2, 3]));
    const first = advance(run, START);
    expect(first.idsWanted).toBe(1);
    run = on(apply(run, first.transitions, START));
    expect(statesOf(run)).toMatchObject({ "each[0]": "scheduled", "each[1]": "scheduled", "each[2]": "scheduled" });
  });
});

describe("a mapped task that is cleared with what it is mapped over", () => {
  const done = () =>
    went(on(makeRun(CHAIN.slice(0, 2))), ["list", gives([1, 2])], ["each[0]", SUCCESS], ["each[1]", SUCCESS]);

  it("gets more instances", () => {
    const run = went(cleared(done(), "list", "each"), ["list", gives([1, 2, 3])]);
    expect(statesOf(run)).toMatchObject({ "each[0]": "scheduled", "each[1]": "scheduled", "each[2]": "scheduled" });
  });

  it("loses those that are too many", () => {
    const run = went(cleared(done(), "list", "each"), ["list", gives([1])], ["each[0]", SUCCESS]);
    expect(statesOf(run)).toEqual({ list: "success", "each[0]": "success", "each[1]": "removed" });
    expect(run.state).toBe("success");
  });

  it("loses also those that were over and not cleared", () => {
    const before = done();
    const ids = before.taskInstances.filter(({ mapIndex }) => mapIndex < 1).map(({ id }) => id);
    const again = on(apply(before, clearTaskInstances(before, new Set(ids)).transitions, START), { runStarts: true });
    expect(statesOf(went(again, ["list", gives([1])]))).toMatchObject({ "each[0]": "scheduled", "each[1]": "removed" });
  });

  it("loses all of them over nothing, and the run ends", () => {
    const run = went(cleared(done(), "list", "each"), ["list", gives([])]);
    expect(statesOf(run)).toMatchObject({ "each[0]": "removed", "each[1]": "removed" });
    expect(run.state).toBe("success");
  });
});

describe("trigger rules behind a mapped task", () => {
  const behind = (triggerRule: SerializedTask["triggerRule"]) =>
    on(
      makeRun([
        makeTask("each", [], { expand: over({ kind: "value", value: [1, 2] }) }),
        makeTask("end", ["each"], { triggerRule }),
      ]),
    );
  const skip: AttemptOutcome = { state: "skipped", reason: "asked to" };

  it.each([
    ["one_success", [["each[0]", SUCCESS]], "scheduled"],
    ["one_failed", [["each[1]", FAILED]], "scheduled"],
    ["one_done", [["each[1]", SUCCESS]], "scheduled"],
    ["all_done", [["each[0]", FAILED]], null],
    [
      "all_done",
      [
        ["each[0]", FAILED],
        ["each[1]", SUCCESS],
      ],
      "scheduled",
    ],
    [
      "all_failed",
      [
        ["each[0]", FAILED],
        ["each[1]", FAILED],
      ],
      "scheduled",
    ],
    [
      "all_failed",
      [
        ["each[0]", FAILED],
        ["each[1]", SUCCESS],
      ],
      "skipped",
    ],
    [
      "none_failed",
      [
        ["each[0]", skip],
        ["each[1]", SUCCESS],
      ],
      "scheduled",
    ],
    ["all_success", [["each[0]", skip]], "skipped"],
    [
      "none_skipped",
      [
        ["each[0]", FAILED],
        ["each[1]", SUCCESS],
      ],
      "scheduled",
    ],
    [
      "all_skipped",
      [
        ["each[0]", skip],
        ["each[1]", skip],
      ],
      "scheduled",
    ],
    [
      "none_failed_min_one_success",
      [
        ["each[0]", skip],
        ["each[1]", skip],
      ],
      "skipped",
    ],
  ] as const)("count each instance: %s after %j is %s", (rule, ends, state) => {
    expect(statesOf(went(behind(rule), ...ends))).toMatchObject({ end: state });
  });
});
