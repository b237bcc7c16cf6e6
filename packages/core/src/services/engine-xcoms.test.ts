import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JsonValue } from "@windlass/contract";
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

async function returned(dagRunId: number): Promise<Readonly<Record<string, JsonValue>>> {
  const rows = await test.database.query<{ task_id: string; value: JsonValue }>(
    `select t.task_id, x.value from xcom x join task_instance t on t.id = x.task_instance_id
     where t.dag_run_id = $1 and x.key = 'return_value'`,
    [dagRunId],
  );
  return Object.fromEntries(rows.map((row) => [row.task_id, row.value]));
}

/** Begins finished task instances anew while their run goes on, as a clear does. */
async function clear(dagRunId: number, taskIds: readonly string[]): Promise<void> {
  await test.database.transaction(async (tx) => {
    const [loaded] = await loadRuns(
      tx,
      [dagRunId],
      async (ids) => new Map((await loadDagVersions(tx, ids)).map((each) => [each.id, buildGraph(each.dag)])),
    );
    const before = loaded!.snapshot;
    const transitions = before.taskInstances
      .filter((each) => taskIds.includes(each.taskId))
      .map(({ id, taskId, mapIndex, state, tryNumber }): Transition => {
        return { kind: "task_instance", id, taskId, mapIndex, from: state, to: null, reason: "cleared", tryNumber };
      });
    const at = test.clock.now();
    const decision = { before, after: apply(before, transitions, at), transitions };
    await commitTransitions(
      tx,
      batchOf([decision], { at, byHand: true, bootId: NO_BOOT, leaseSeconds: 60, hostname: "", pid: null }),
    );
  });
  test.engine.signals.runChanged(dagRunId);
}

const FROM_A = { from: { kind: "xcom", taskId: "a", key: "return_value" } } as const;

describe("what a task hands on", () => {
  it("is what its last try left, also where that was nothing and the run has been in memory all along", async () => {
    const tasks = [testTask("a"), testTask("b", { upstreamTaskIds: ["a"], inputs: FROM_A }), testTask("holds")];
    await test.store(testDag("again", tasks));
    const run = await test.trigger("again", { a: { value: 7, valueOfTries: 1 }, holds: { hang: 1 } });
    const value = () =>
      test.until(async () => {
        const { b } = await returned(run);
        const [row] = await test.database.query<{ state: string }>(
          "select state from task_instance where dag_run_id = $1 and task_id = 'b'",
          [run],
        );
        return row?.state === "success" ? (b as { inputs: JsonValue } | undefined)?.inputs : undefined;
      });
    expect(await value()).toEqual({ from: 7 });
    await clear(run, ["a", "b"]);
    expect(await value()).toEqual({ from: null });
    expect(await returned(run)).not.toHaveProperty("a");
  });
});
