import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addSeconds } from "@windlass/contract";
import { testDag, testTask } from "../../test-support/dag.ts";
import { listTries } from "../queries/tries.ts";
import { testEngine, type TestEngine } from "../../test-support/test-engine.ts";

let test: TestEngine;

beforeEach(async () => {
  test = await testEngine();
});

afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  await test[Symbol.asyncDispose]();
});

async function deferred(dagRunId: number): Promise<true | undefined> {
  const found = await test.database.query("select 1 from task_instance where dag_run_id = $1 and state = 'deferred'", [
    dagRunId,
  ]);
  return found.length > 0 ? true : undefined;
}

describe("a wait whose control process is gone", () => {
  it("is found again by the next boot, and ends in the same try with a second attempt", async () => {
    await test.store(testDag("outlives", [testTask("a"), testTask("b", { upstreamTaskIds: ["a"] })]));
    const moment = addSeconds(test.clock.now(), 1);
    const first = { state: "deferred", trigger: { kind: "moment", moment }, timeoutSeconds: null };
    const run = await test.trigger("outlives", { a: { first } });
    await test.until(() => deferred(run));
    // As a crash would have it: nothing is committed any more.
    await test.engine.scheduler.stop();
    test.engine.executor.killAll();
    await using next = await testEngine({ test: test.test, folder: test.folder });
    expect(await next.over(run)).toMatchObject({ state: "success", tries: { a: 1, b: 1 } });
    const [row] = await next.database.query<{ attempts: number; early: number }>(
      `select count(*)::int as attempts, count(*) filter (where a.queued_at < $2 and t.attempt_id = a.attempt_id)::int as early
       from task_attempt a join task_instance t on t.id = a.task_instance_id where t.dag_run_id = $1 and t.task_id = 'a'`,
      [run, moment],
    );
    expect(row).toEqual({ attempts: 2, early: 0 });
  });

  it("has a start of its own for each attempt, while the try began with the first one", async () => {
    await test.store(testDag("starts", [testTask("a")]));
    const moment = addSeconds(test.clock.now(), 1);
    const first = { state: "deferred", trigger: { kind: "moment", moment }, timeoutSeconds: null };
    const run = await test.trigger("starts", { a: { first } });
    expect(await test.over(run)).toMatchObject({ state: "success", tries: { a: 1 } });
    const attempts = await test.database.query<{ id: number; started_at: string; ended_at: string }>(
      `select t.id, a.started_at, a.ended_at from task_attempt a join task_instance t on t.id = a.task_instance_id
       where t.dag_run_id = $1 order by a.dispatch_sequence`,
      [run],
    );
    expect(attempts.length).toBe(2);
    expect(attempts[1]!.started_at >= attempts[0]!.ended_at).toBe(true);
    expect(await listTries(test.database, attempts[0]!.id)).toMatchObject([
      { startedAt: attempts[0]!.started_at, endedAt: attempts[1]!.ended_at },
    ]);
  });
});
