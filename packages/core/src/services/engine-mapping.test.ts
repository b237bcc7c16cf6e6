import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addSeconds, type JsonValue, type SerializedInput } from "@windlass/contract";
import { testDag, testTask } from "../../test-support/dag.ts";
import { NO_BOOT, testEngine, type TestEngine } from "../../test-support/test-engine.ts";
import { apply } from "../domain/apply.ts";
import { buildGraph } from "../domain/graph.ts";
import type { Transition } from "../domain/transition.ts";
import { commitTransitions } from "../store/commit-transitions.ts";
import { loadDagVersions } from "../store/dag-versions.ts";
import { loadRuns } from "../store/load-run.ts";
import { batchOf } from "../store/run-decisions.ts";

let test: TestEngine;

beforeEach(async () => {
  test = await testEngine();
});

afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  expect(test.problems).toEqual([]);
  await test[Symbol.asyncDispose]();
});

const result = (taskId: string): SerializedInput => ({ kind: "xcom", taskId, key: "return_value" });
const over = (sources: Readonly<Record<string, SerializedInput>>) => ({ kind: "product", arguments: sources }) as const;

const MAPPED = [
  testTask("list"),
  testTask("each", { upstreamTaskIds: ["list"], expand: over({ item: result("list") }) }),
  testTask("all", { upstreamTaskIds: ["each"], inputs: { values: result("each") } }),
];

interface Row {
  readonly task_id: string;
  readonly map_index: number;
  readonly state: string | null;
  readonly value: JsonValue;
}

function rows(dagRunId: number): Promise<readonly Row[]> {
  return test.database.query<Row>(
    `select t.task_id, t.map_index, t.state, x.value from task_instance t
     left join xcom x on x.task_instance_id = t.id and x.key = 'return_value'
     where t.dag_run_id = $1 order by t.task_id, t.map_index`,
    [dagRunId],
  );
}

/** Begins a whole run anew, as a clear by another process does. */
async function clear(dagRunId: number): Promise<void> {
  await test.database.transaction(async (tx) => {
    const [loaded] = await loadRuns(
      tx,
      [dagRunId],
      async (ids) => new Map((await loadDagVersions(tx, ids)).map((each) => [each.id, buildGraph(each.dag)])),
    );
    const before = loaded!.snapshot;
    const transitions: Transition[] = before.taskInstances.map(({ id, taskId, mapIndex, state, tryNumber }) => {
      return { kind: "task_instance", id, taskId, mapIndex, from: state, to: null, reason: "cleared", tryNumber };
    });
    transitions.push({ kind: "run", from: before.state, to: "queued", reason: "cleared" });
    const at = test.clock.now();
    const decision = { before, after: apply(before, transitions, at), transitions };
    const options = { at, byHand: true, bootId: NO_BOOT, leaseSeconds: 60, hostname: "", pid: null };
    await commitTransitions(tx, batchOf([decision], options));
  });
  test.engine.signals.runChanged(dagRunId);
}

describe("a mapped task", () => {
  it("has an instance for each element of an upstream result, and what stands behind it gets their values in order", async () => {
    await test.store(testDag("mapped", MAPPED));
    const run = await test.trigger("mapped", { list: { value: ["x", "y", "z"] } });
    expect(await test.over(run)).toMatchObject({ state: "success" });
    const found = await rows(run);
    const values = ["x", "y", "z"].map((item) => ({ taskId: "each", inputs: { item } }));
    expect(found.filter((row) => row.task_id === "each").map((row) => [row.map_index, row.state, row.value])).toEqual(
      values.map((value, index) => [index, "success", value]),
    );
    expect(found.find((row) => row.task_id === "all")!.value).toEqual({ taskId: "all", inputs: { values } });
  });

  it("is skipped where there is nothing to map over", async () => {
    await test.store(testDag("nothing", MAPPED));
    const run = await test.trigger("nothing", { list: { value: [] } });
    expect(await test.over(run)).toMatchObject({ tasks: { list: "success", each: "skipped", all: "skipped" } });
    expect(await rows(run)).toHaveLength(3);
  });

  it("has as many instances as its arguments' elements have combinations, more than are at hand at once", async () => {
    const items = Array.from({ length: 20 }, (_, index) => index);
    const tasks = [
      testTask("list"),
      testTask("each", {
        runtime: "none",
        upstreamTaskIds: ["list"],
        expand: over({ a: result("list"), b: { kind: "value", value: items } }),
      }),
    ];
    await test.store(testDag("product", tasks));
    const run = await test.trigger("product", { list: { value: items } });
    expect(await test.over(run)).toMatchObject({ state: "success" });
    const indexes = (await rows(run)).filter((row) => row.task_id === "each").map((row) => row.map_index);
    expect(indexes).toEqual(Array.from({ length: 400 }, (_, index) => index));
  });

  it("gets more instances, or loses some, when it is cleared and its upstream has another length", async () => {
    await test.store(testDag("again", MAPPED));
    const run = await test.trigger("again", { list: { value: [1, 2] } });
    await test.over(run);
    for (const value of [[1, 2, 3], [4]]) {
      await test.database.execute("update dag_run set conf = $2::json where id = $1", [
        run,
        JSON.stringify({ list: { value } }),
      ]);
      await clear(run);
      expect(await test.over(run)).toMatchObject({ state: "success" });
      const each = (await rows(run)).filter((row) => row.task_id === "each");
      const states = [0, 1, 2].map((index) => (index < value.length ? "success" : "removed"));
      expect(each.map((row) => row.state)).toEqual(states);
    }
  });
});

describe("a task that waits", () => {
  it("goes on in the same try once its moment has come, and hands on what it waited for", async () => {
    await test.store(testDag("waits", [testTask("a")]));
    const moment = addSeconds(test.clock.now(), 0.2);
    const first = { state: "deferred", trigger: { kind: "moment", moment }, timeoutSeconds: null };
    const run = await test.trigger("waits", { a: { first } });
    expect(await test.over(run)).toMatchObject({ state: "success", tries: { a: 1 } });
    const states = await test.database.query<{ to_state: string }>(
      "select to_state from event where dag_run_id = $1 and task_instance_id is not null order by id",
      [run],
    );
    expect(states.map((each) => each.to_state)).toEqual(
      "scheduled queued running deferred scheduled queued running success".split(" "),
    );
  });

  it("is started again after a reschedule, in the same try", async () => {
    await test.store(testDag("polls", [testTask("a")]));
    const run = await test.trigger("polls", { a: { first: { state: "rescheduled", afterSeconds: 0.05 } } });
    expect(await test.over(run)).toMatchObject({ state: "success", tries: { a: 1 } });
  });
});

describe("a branch", () => {
  it("skips what it did not name, and leaves Airflow's note of it", async () => {
    const below = (taskId: string) => testTask(taskId, { upstreamTaskIds: ["branch"] });
    await test.store(testDag("branches", [testTask("branch", { isBranch: true }), below("left"), below("right")]));
    const first = { state: "success", skip: { kind: "branch", follow: ["left"] } };
    const run = await test.trigger("branches", { branch: { first } });
    expect(await test.over(run)).toMatchObject({
      state: "success",
      tasks: { branch: "success", left: "success", right: "skipped" },
    });
    const notes = await test.database.query("select key, value from xcom where key <> 'return_value'");
    expect(notes).toEqual([{ key: "skipmixin_key", value: { followed: ["left"] } }]);
  });
});
