import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { markTaskInstances } from "../domain/mark.ts";
import { testChain, testDag, testTask } from "../../test-support/dag.ts";
import { testEngine, type TestEngine } from "../../test-support/test-engine.ts";

/* What a scheduler learns of others' doing by its own looks, where nobody tells it. */

let test: TestEngine;

beforeEach(async () => {
  test = await testEngine({ paces: { pollMs: 3_600_000 } });
});

afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  await test[Symbol.asyncDispose]();
});

async function runState(dagRunId: number): Promise<string | undefined> {
  const [row] = await test.database.query<{ state: string }>("select state from dag_run where id = $1", [dagRunId]);
  return row?.state;
}

async function stateOf(dagRunId: number, taskId: string): Promise<string | null> {
  const [row] = await test.database.query<{ state: string | null }>(
    "select state from task_instance where dag_run_id = $1 and task_id = $2",
    [dagRunId, taskId],
  );
  return row?.state ?? null;
}

describe("a scheduler that is told nothing", () => {
  it("goes on with what waits for a past run that somebody else repaired, told of that or not", async () => {
    await test.store(testDag("past", [testTask("t0", { dependsOnPast: true })]));
    for (const isTold of [false, true]) {
      const first = await test.trigger("past", { t0: { fail: 1 } });
      expect(await test.over(first)).toMatchObject({ state: "failed" });
      const next = await test.trigger("past");
      await test.until(async () => (await runState(next)) === "running" || undefined);
      await test.change(first, (run) =>
        markTaskInstances(run, new Set(run.taskInstances.map(({ id }) => id)), [], "success"),
      );
      if (isTold) test.engine.signals.runChanged(first);
      else await test.engine.scheduler.runOnce();
      expect(await test.over(next)).toMatchObject({ state: "success" });
    }
  });

  it("forgets the runs that another one has ended", async () => {
    await test.store(testDag("ended_elsewhere", testChain(1)));
    const file = join(test.folder, "go");
    const run = await test.trigger("ended_elsewhere", { t0: { until: file } });
    await test.until(async () => ((await stateOf(run, "t0")) === "running" ? true : undefined));
    await using other = await testEngine({ test: test.test, database: test.test.open(), instanceId: "other" });
    await other.engine.scheduler.runOnce();
    expect(other.engine.scheduler.activeRuns).toBe(1);
    await other.engine.scheduler.stop();
    await writeFile(file, "");
    expect(await test.over(run)).toMatchObject({ state: "success" });
    await other.engine.scheduler.start();
    await other.engine.scheduler.runOnce();
    expect(other.engine.scheduler.activeRuns).toBe(0);
  });

  it("finds that a Dag was paused, and that it was unpaused", async () => {
    await test.store(testDag("paused", testChain(2)));
    const file = join(test.folder, "go");
    const run = await test.trigger("paused", { t0: { until: file } });
    await test.until(async () => ((await stateOf(run, "t0")) === "running" ? true : undefined));
    await test.database.execute("update dag set is_paused = true where dag_id = 'paused'");
    await test.engine.scheduler.runOnce();
    await writeFile(file, "");
    await test.until(async () => ((await stateOf(run, "t0")) === "success" ? true : undefined));
    expect(await stateOf(run, "t1")).toBe(null);
    await test.database.execute("update dag set is_paused = false where dag_id = 'paused'");
    await test.engine.scheduler.runOnce();
    expect(await test.over(run)).toMatchObject({ state: "success", tasks: { t1: "success" } });
  });
});
