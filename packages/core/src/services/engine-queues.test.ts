import { randomUUID } from "node:crypto";
import { configValues } from "@windlass/contract";
import { afterEach, describe, expect, it } from "vitest";
import { testDag, testTask } from "../../test-support/dag.ts";
import { testEngine, type TestEngine } from "../../test-support/test-engine.ts";
import { explainTaskInstance } from "../queries/why.ts";
import { forgetWorker, noteWorker } from "../store/workers.ts";

let test: TestEngine;

afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  expect(test.problems).toEqual([]);
  await test[Symbol.asyncDispose]();
});

const GPU = testDag("gpu", [testTask("near"), testTask("far", { queue: "gpu", poolSlots: 2 })]);

async function farState(): Promise<{ state: string; announced: number }> {
  return test.until(async () => {
    const [row] = await test.database.query<{ state: string; announced: number }>(
      `select t.state, (select count(*) from outbox o where o.attempt_id = t.attempt_id) as announced
       from task_instance t where task_id = 'far' and state is not null and state <> 'scheduled'`,
    );
    return row;
  });
}

function worker(free = 1) {
  const workerId = randomUUID();
  return { workerId, hostname: "far-away", pid: 7, queues: ["gpu"], parallelism: 1, free, version: "0" };
}

describe("tasks of a queue", () => {
  it("run beside the scheduler where no worker serves it", async () => {
    test = await testEngine();
    await test.store(GPU);
    expect(await test.over(await test.trigger("gpu"))).toMatchObject({ state: "success", tasks: { far: "success" } });
  });

  it("wait for a worker that serves it, with their slots taken; the others go on", async () => {
    test = await testEngine();
    await noteWorker(test.database, worker());
    await test.engine.scheduler.look();
    await test.store(GPU);
    await test.trigger("gpu");
    expect(await farState()).toEqual({ state: "queued", announced: 1 });
    const taken = await test.until(async () => {
      const [row] = await test.database.query<{ near: string; slots: number }>(
        `select (select state from task_instance where task_id = 'near') as near,
           (select sum(pool_slots) from task_instance where state in ('queued', 'running')) as slots`,
      );
      return row?.near === "success" ? row : undefined;
    });
    expect(taken.slots).toBe(2);
  });

  it("come back to the scheduler's own runners when the last worker has gone", async () => {
    test = await testEngine({ paces: { queuedSeconds: 0, rescueMs: 50 } });
    const gone = worker();
    await noteWorker(test.database, gone);
    await test.engine.scheduler.look();
    await test.store(GPU);
    const run = await test.trigger("gpu");
    expect((await farState()).state).toBe("queued");
    await forgetWorker(test.database, gone.workerId);
    expect(await test.over(run)).toMatchObject({ state: "success", tries: { far: 1 } });
  });

  it("say that no worker serves it, where the executor is kept to other queues", async () => {
    test = await testEngine({
      config: configValues({ local_executor: { queues: ["default"] } }),
      paces: { queuedSeconds: 0, rescueMs: 50 },
    });
    await test.store(GPU);
    await test.trigger("gpu");
    expect((await farState()).state).toBe("queued");
    const [run] = await test.database.query<{ run_id: string }>("select run_id from dag_run");
    const at = { dagId: "gpu", runId: run?.run_id ?? "", taskId: "far", mapIndex: -1 };
    const surroundings = { now: test.clock.now(), parallelism: 8, localQueues: ["default"] };
    const why = await explainTaskInstance(test.database, at, surroundings);
    expect(why).toMatchObject({ moving: false, reasons: [{ code: "queue_unserved" }] });
    await noteWorker(test.database, worker(0));
    const busy = await explainTaskInstance(test.database, at, surroundings);
    expect(busy?.reasons.map(({ code }) => code)).toEqual(["workers_busy"]);
  });
});
