import { addSeconds } from "@windlass/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testDag, testTask } from "../../test-support/dag.ts";
import { testEngine, type TestEngine } from "../../test-support/test-engine.ts";

let test: TestEngine;
beforeEach(async () => {
  test = await testEngine();
});
afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  await test[Symbol.asyncDispose]();
});

const state = async (dagRunId: number, taskId: string): Promise<string | null> =>
  (
    await test.database.query<{ state: string | null }>(
      "select state from task_instance where dag_run_id = $1 and task_id = $2",
      [dagRunId, taskId],
    )
  )[0]?.state ?? null;

/** A task that waits long, and one behind it in the order of priority, both in the pool. */
async function waitingBeside(pool: string, includeDeferred: boolean): Promise<number> {
  await test.database.execute("insert into pool (name, slots, include_deferred) values ($1, 1, $2)", [
    pool,
    includeDeferred,
  ]);
  const dag = testDag(`in_${pool}`, [testTask("waits", { pool, priorityWeight: 9 }), testTask("other", { pool })]);
  await test.store(dag);
  const trigger = { kind: "moment", moment: addSeconds(test.clock.now(), 3_600) };
  const first = { state: "deferred", trigger, timeoutSeconds: null };
  const run = await test.trigger(dag.dagId, { waits: { first } });
  await test.until(async () => ((await state(run, "waits")) === "deferred" ? true : undefined));
  return run;
}

describe("a pool", () => {
  it("is free of what is deferred", async () => {
    const run = await waitingBeside("leaves", false);
    await test.until(async () => ((await state(run, "other")) === "success" ? true : undefined));
    expect(await state(run, "waits")).toBe("deferred");
  });

  it("is occupied by what is deferred where it includes that, until the wait is over", async () => {
    const run = await waitingBeside("keeps", true);
    await test.engine.scheduler.runOnce();
    expect(await state(run, "other")).toBe("scheduled");
    test.clock.aheadMs += 3_600_000;
    await test.engine.scheduler.runOnce();
    expect(await test.over(run)).toMatchObject({ state: "success", tries: { waits: 1, other: 1 } });
  });
});

describe("bounds of a task", () => {
  it("hold within a run and over all runs", async () => {
    await test.store(
      testDag("bounded", [testTask("in_run", { maxActivePerRun: 1 }), testTask("over_all", { maxActivePerDag: 1 })]),
    );
    const runs = await Promise.all([1, 2, 3].map(() => test.trigger("bounded")));
    for (const run of runs) expect(await test.over(run)).toMatchObject({ state: "success" });
    const [overlaps] = await test.database.query<{ n: number }>(
      `select count(*)::int as n from task_attempt a join task_instance t on t.id = a.task_instance_id
       join task_attempt b on b.attempt_id <> a.attempt_id join task_instance u on u.id = b.task_instance_id and u.task_id = t.task_id
       where t.task_id = 'over_all' and b.started_at >= a.started_at and b.started_at < a.ended_at`,
    );
    expect(overlaps).toEqual({ n: 0 });
  });
});
