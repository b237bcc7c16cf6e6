import { addSeconds } from "@windlass/contract";
import { testChain, testDag, testTask } from "../../test-support/dag.ts";
import { testEngine, type TestEngine } from "../../test-support/test-engine.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let test: TestEngine;

beforeEach(async () => {
  test = await testEngine();
});

afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  expect(test.problems).toEqual([]);
  await test[Symbol.asyncDispose]();
});

const NOW_RETRY = { attempts: 1, delaySeconds: 0, backoff: "none", maxDelaySeconds: null, multiplier: 2 } as const;

describe("the engine", () => {
  it("runs a chain to its end, each task with what the one before returned", async () => {
    const tasks = [
      testTask("a"),
      testTask("b", { upstreamTaskIds: ["a"], inputs: { from: { kind: "xcom", taskId: "a", key: "return_value" } } }),
    ];
    await test.store(testDag("chain", tasks));
    const run = await test.trigger("chain", { a: { value: [1, 2] } });
    expect(await test.over(run)).toMatchObject({
      state: "success",
      tasks: { a: "success", b: "success" },
      tries: { a: 1, b: 1 },
    });
    const rows = await test.database.query(
      "select t.task_id, x.value from xcom x join task_instance t on t.id = x.task_instance_id order by 1",
    );
    expect(rows).toEqual([
      { task_id: "a", value: [1, 2] },
      { task_id: "b", value: { taskId: "b", inputs: { from: [1, 2] } } },
    ]);
  });

  it("writes an event for every transition, in their order", async () => {
    await test.store(testDag("one", testChain(1)));
    const run = await test.trigger("one");
    await test.over(run);
    const events = await test.database.query("select to_state, reason from event where dag_run_id = $1 order by id", [
      run,
    ]);
    expect(events).toEqual([
      { to_state: "queued", reason: "run_created" },
      { to_state: "running", reason: "run_started" },
      { to_state: "scheduled", reason: "dependencies_met" },
      { to_state: "queued", reason: "slots_free" },
      { to_state: "running", reason: "attempt_started" },
      { to_state: "success", reason: "attempt_succeeded" },
      { to_state: "success", reason: "run_finished" },
    ]);
  });

  it("tries a failed task again, and what stands behind a failed one is upstream_failed", async () => {
    const tasks = [testTask("a", { retry: NOW_RETRY }), testTask("b", { upstreamTaskIds: ["a"] })];
    await test.store(testDag("retry", tasks));
    const once = await test.trigger("retry", { a: { fail: 1 } });
    expect(await test.over(once)).toMatchObject({ state: "success", tries: { a: 2, b: 1 } });
    const twice = await test.trigger("retry", { a: { fail: 2 } });
    expect(await test.over(twice)).toMatchObject({
      state: "failed",
      tasks: { a: "failed", b: "upstream_failed" },
      tries: { a: 2, b: 0 },
    });
  });

  it("takes a try for a runner that dies, and names how it died", async () => {
    await test.store(testDag("dying", [testTask("a", { retry: NOW_RETRY })]));
    const killed = await test.trigger("dying", { a: { kill: 1 } });
    expect(await test.over(killed)).toMatchObject({ state: "success", tries: { a: 2 } });
    const exited = await test.trigger("dying", { a: { exit: 2 } });
    expect(await test.over(exited)).toMatchObject({ state: "failed", tries: { a: 2 } });
    const errors = await test.database.query(
      "select error ->> 'kind' as kind from task_attempt where error is not null order by ended_at",
    );
    expect(errors).toEqual([{ kind: "signal" }, { kind: "exit" }, { kind: "exit" }]);
  });

  it("never occupies more than a pool has, and fills it", async () => {
    await test.database.execute("insert into pool (name, slots) values ('narrow', 2)");
    const tasks = Array.from({ length: 10 }, (_, index) => testTask(`t${String(index)}`, { pool: "narrow" }));
    await test.store(testDag("pooled", tasks));
    const run = await test.trigger("pooled");
    const most = await test.until(async () => {
      const [row] = await test.database.query<{ n: number }>(
        "select count(*) as n from task_instance where state in ('queued', 'running')",
      );
      expect(row!.n).toBeLessThanOrEqual(2);
      const [over] = await test.database.query<{ state: string }>("select state from dag_run where id = $1", [run]);
      return over!.state === "success" ? true : undefined;
    });
    expect(most).toBe(true);
  });

  it("keeps to the Dag's bound of active runs, and takes the next one when one ends", async () => {
    await test.store(testDag("bounded", testChain(2), { maxActiveRuns: 2 }));
    const runs = await Promise.all(Array.from({ length: 8 }, () => test.trigger("bounded")));
    for (const run of runs) expect(await test.over(run)).toMatchObject({ state: "success" });
  });

  it("holds the runs of a paused Dag, and lets them go when it is unpaused", async () => {
    await test.store(testDag("paused", testChain(1)));
    await test.database.execute("update dag set is_paused = true where dag_id = 'paused'");
    test.engine.signals.dagChanged("paused");
    const run = await test.trigger("paused");
    await test.engine.scheduler.runOnce();
    expect(await test.database.query("select state from dag_run where id = $1", [run])).toEqual([{ state: "queued" }]);
    await test.database.execute("update dag set is_paused = false where dag_id = 'paused'");
    test.engine.signals.dagChanged("paused");
    expect(await test.over(run)).toMatchObject({ state: "success" });
  });

  it("runs a wide fan-out with more attempts than runners", async () => {
    const middle = Array.from({ length: 60 }, (_, index) =>
      testTask(`m${String(index)}`, { upstreamTaskIds: ["first"] }),
    );
    const last = testTask("last", { upstreamTaskIds: middle.map((task) => task.taskId) });
    await test.store(testDag("wide", [testTask("first"), ...middle, last], { maxActiveTasks: 32 }));
    const run = await test.trigger("wide");
    const outcome = await test.over(run);
    expect(outcome.state).toBe("success");
    expect(new Set(Object.values(outcome.tasks))).toEqual(new Set(["success"]));
  });

  it("ends a run that outlives its time-out, and what runs of it", async () => {
    await test.store(
      testDag("slow", [testTask("a"), testTask("b", { upstreamTaskIds: ["a"] })], { dagrunTimeoutSeconds: 0.2 }),
    );
    const run = await test.trigger("slow", { a: { hang: 1 } });
    expect(await test.over(run)).toMatchObject({ state: "failed" });
    await expect.poll(() => test.engine.executor.attempts(), { timeout: 10_000 }).toEqual([]);
  });

  it("lets a task that depends on its past wait for the run before", async () => {
    await test.store(testDag("past", [testTask("a", { dependsOnPast: true })]));
    const first = await test.trigger("past", { a: { hang: 1 } });
    const held = await test.until(async () => {
      const [row] = await test.database.query<{ attempt_id: string }>(
        "select attempt_id from task_instance where state = 'running'",
      );
      return row?.attempt_id;
    });
    const second = await test.trigger("past");
    await test.until(async () => {
      const [row] = await test.database.query<{ state: string }>("select state from dag_run where id = $1", [second]);
      return row?.state === "running" ? true : undefined;
    });
    expect(await test.database.query("select state from task_instance where dag_run_id = $1", [second])).toEqual([
      { state: null },
    ]);
    test.engine.scheduler.attemptFinished(held, { state: "success" });
    expect(await test.over(first)).toMatchObject({ state: "success" });
    expect(await test.over(second)).toMatchObject({ state: "success" });
  });

  it("starts a queued run when its moment has come", async () => {
    await test.store(testDag("later", testChain(1)));
    const runAfter = addSeconds(test.clock.now(), 0.5);
    const run = await test.trigger(
      "later",
      {},
      {
        identity: () => ({
          runId: "later",
          logicalDate: null,
          dataIntervalStart: null,
          dataIntervalEnd: null,
          runAfter,
        }),
      },
    );
    expect(await test.over(run)).toMatchObject({ state: "success" });
    const [row] = await test.database.query<{ start_date: string }>("select start_date from dag_run where id = $1", [
      run,
    ]);
    expect(row!.start_date >= runAfter).toBe(true);
  });

  it("gives the more important task the only slot first", async () => {
    await test.database.execute("insert into pool (name, slots) values ('one', 1)");
    const tasks = [1, 5, 3].map((weight) =>
      testTask(`w${String(weight)}`, { pool: "one", priorityWeight: weight, weightRule: "absolute" }),
    );
    await test.store(testDag("weighed", tasks));
    const run = await test.trigger("weighed");
    await test.over(run);
    const order = await test.database.query(
      "select task_id from task_instance where dag_run_id = $1 order by start_date",
      [run],
    );
    expect(order).toEqual([{ task_id: "w5" }, { task_id: "w3" }, { task_id: "w1" }]);
  });

  it("completes what has nothing to execute without a runner, and skips what a task asks to skip", async () => {
    const tasks = [
      testTask("start", { runtime: "none", operator: "empty" }),
      testTask("maybe", { upstreamTaskIds: ["start"] }),
      testTask("end", { upstreamTaskIds: ["maybe"] }),
    ];
    await test.store(testDag("empty", tasks));
    const run = await test.trigger("empty", { maybe: { skip: true } });
    expect(await test.over(run)).toMatchObject({
      state: "success",
      tasks: { start: "success", maybe: "skipped", end: "skipped" },
    });
    expect(await test.database.query("select count(*) as n from task_attempt")).toEqual([{ n: 1 }]);
  });

  it("tells its live feed of every change after its commit, with the keys of the events", async () => {
    await test.store(testDag("live", testChain(1)));
    const heard: { eventId: number; kind: string; state: string | null }[] = [];
    test.engine.live.subscribe((changes) => {
      for (const each of changes) if (each.kind === "run" || each.kind === "task_instance") heard.push(each);
    });
    const run = await test.trigger("live");
    await test.over(run);
    const events = await test.database.query(
      "select id from event where dag_run_id = $1 and from_state is not null or to_state = 'scheduled' order by id",
      [run],
    );
    expect(heard.map((each) => each.eventId)).toEqual(events.map((row) => (row as { id: number }).id));
    expect(heard.at(-1)).toMatchObject({ kind: "run", state: "success", taskId: null });
  });

  it("pauses a Dag when as many of its runs have failed one after another as it allows", async () => {
    await test.store(testDag("failing", testChain(1), { maxConsecutiveFailedDagRuns: 2 }));
    const paused = new Promise<void>((resolve) => {
      test.engine.live.subscribe((changes) => {
        if (changes.some((each) => each.kind === "dag")) resolve();
      });
    });
    for (let count = 0; count < 2; count += 1) await test.over(await test.trigger("failing", { t0: { fail: 1 } }));
    await paused;
    expect(await test.database.query("select is_paused from dag")).toEqual([{ is_paused: true }]);
  });
});
