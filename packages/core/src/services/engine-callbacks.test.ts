import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AttemptCallback, configValues, type JsonObject, type SerializedTask } from "@windlass/contract";
import { testDag, testTask } from "../../test-support/dag.ts";
import { testEngine, type TestEngine } from "../../test-support/test-engine.ts";
import { clearTaskInstances } from "../domain/clear.ts";
import { attemptLogPath } from "../queries/log-path.ts";

const RETRY_NOW = { attempts: 1, delaySeconds: 0, backoff: "none", maxDelaySeconds: null, multiplier: 2 } as const;
const EVERY = { callbacks: { success: 1, failure: 1, retry: 1, skipped: 1 } } satisfies Partial<SerializedTask>;
const config = configValues({ callbacks: { retry_delay: 0 } });

let test: TestEngine;
let warnings: { event: string; fields: Readonly<Record<string, unknown>> }[];

async function engine(options: Parameters<typeof testEngine>[0] = {}): Promise<TestEngine> {
  return testEngine({
    config,
    log: {
      info: () => undefined,
      warning: (event, fields = {}) => warnings.push({ event, fields }),
      error: () => undefined,
    },
    paces: { noticesMs: 50, leaseMarginSeconds: 0, renewMs: 200 },
    ...options,
  });
}

beforeEach(async () => {
  warnings = [];
  test = await engine();
});

afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  await test[Symbol.asyncDispose]();
});

interface Row {
  readonly dedupe_key: string;
  readonly state: string;
  readonly deliveries: number;
  readonly uuid: string;
  readonly subject: JsonObject;
  readonly error: JsonObject | null;
}

function rows(): Promise<Row[]> {
  return test.database.query<Row>(
    "select dedupe_key, state, deliveries, uuid, subject, error from callback order by id",
  );
}

/** Waits until every callback is over. @returns them */
async function settled(count: number, on = test): Promise<readonly Row[]> {
  for (;;) {
    const reported = on.engine.notices.callbacks.reported.next();
    const found = await rows();
    if (found.length >= count && found.every(({ state }) => state === "success" || state === "failed")) return found;
    await reported;
  }
}

async function calls(row: Row): Promise<readonly AttemptCallback[]> {
  const text = await readFile(attemptLogPath(join(test.folder, "logs"), row.uuid), "utf8");
  return text
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { event: string; callback: AttemptCallback })
    .filter((line) => line.event === "start")
    .map((line) => line.callback);
}

describe("callbacks", () => {
  it("are called for what became of each try, with the subject as it was", async () => {
    await test.store(
      testDag("tries", [testTask("t0", { ...EVERY, retry: RETRY_NOW }), testTask("t1", { ...EVERY })], {
        callbacks: { failure: 2, success: 1 },
      }),
    );
    const run = await test.trigger("tries", { t0: { fail: 2 }, t1: { skip: true } });
    expect(await test.over(run)).toMatchObject({ state: "failed" });
    const found = await settled(5);
    expect(
      found.map(({ subject, state }) => [subject["of"], subject["taskId"] ?? null, subject["kind"], state]).sort(),
    ).toEqual([
      ["dag", null, "failure", "success"],
      ["dag", null, "failure", "success"],
      ["task", "t0", "failure", "success"],
      ["task", "t0", "retry", "success"],
      ["task", "t1", "skipped", "success"],
    ]);
    const retry = found.find(({ subject }) => subject["kind"] === "retry")!;
    const [call] = await calls(retry);
    expect(call).toMatchObject({
      delivery: 1,
      index: 0,
      dedupeKey: retry.dedupe_key,
      subject: { tryNumber: 1, maxTries: 2, state: "up_for_retry", error: { message: "told to fail" } },
    });
    const ofDag = found.filter(({ subject }) => subject["of"] === "dag");
    expect(ofDag.map(({ subject }) => [subject["reason"], subject["taskInstance"]])).toEqual(
      Array(2).fill(["task_failure", expect.objectContaining({ taskId: "t0", tryNumber: 2, state: "failed" })]),
    );
    expect(new Set(found.map((each) => each.dedupe_key)).size).toBe(5);
  });

  it("are not called for what a hand did, nor for tasks that never began", async () => {
    await test.store(
      testDag("never", [testTask("t0"), testTask("t1", { ...EVERY, upstreamTaskIds: ["t0"] })], {
        callbacks: { success: 1 },
      }),
    );
    expect(await test.over(await test.trigger("never", { t0: { fail: 1 } }))).toMatchObject({ state: "failed" });
    expect(await rows()).toEqual([]);
  });

  it("are called again when they throw or their process ends, with the same key, and given up for all to see", async () => {
    await test.store(testDag("again", [testTask("t0", { callbacks: { success: 1, failure: 1 } })]));
    await test.over(await test.trigger("again", { callback: { kill: 1, fail: 2 } }));
    const [good] = await settled(1);
    expect(good).toMatchObject({ state: "success", deliveries: 3, error: null });
    expect((await calls(good!)).map(({ delivery, dedupeKey }) => [delivery, dedupeKey])).toEqual(
      [1, 2, 3].map((delivery) => [delivery, good!.dedupe_key]),
    );
    await test.over(await test.trigger("again", { callback: { fail: 9 } }));
    const [, bad] = await settled(2);
    expect(bad).toMatchObject({ state: "failed", deliveries: 3, error: { message: "told to fail" } });
    expect(warnings.filter(({ event }) => event === "a callback was given up")).toMatchObject([
      { fields: { dagId: "again", dedupeKey: bad!.dedupe_key, deliveries: 3 } },
    ]);
  });

  it("are called again when the engine died between the commit and the call, or in its middle", async () => {
    await test.store(testDag("crash", [testTask("t0", { callbacks: { success: 1 } })]));
    const hung = await test.trigger("crash", { callback: { hang: 1 } });
    await test.over(hung);
    await expect.poll(async () => (await rows())[0]?.state).toBe("running");
    // As a crash would have it: what runs is gone, nothing is written any more.
    await test.engine.notices.callbacks.stop();
    const lost = await test.trigger("crash");
    await test.over(lost);
    await test.engine.scheduler.stop();
    test.engine.executor.killAll();
    expect((await rows()).map(({ state }) => state)).toEqual(["running", "pending"]);
    await using next = await engine({ test: test.test, folder: test.folder });
    expect((await settled(2, next)).map(({ state, deliveries }) => [state, deliveries])).toEqual([
      ["success", 2],
      ["success", 1],
    ]);
  });

  it("go back at an orderly stop, to be called at once by whoever comes next, and it counts as no delivery", async () => {
    await test.store(testDag("orderly", [testTask("t0", { callbacks: { success: 1 } })]));
    await test.over(await test.trigger("orderly", { callback: { hang: 1 } }));
    await expect.poll(async () => (await rows())[0]?.state).toBe("running");
    await test.engine.stop();
    const now = test.clock.now();
    const [back] = await test.database.query(
      "select state, deliveries, not_before <= $1 as is_due, lease_until from callback",
      [now],
    );
    expect(back).toEqual({ state: "pending", deliveries: 0, is_due: true, lease_until: null });
    await test.database.execute("update dag_run set conf = '{}'");
    await using next = await engine({ test: test.test, folder: test.folder, instanceId: "another" });
    expect(await settled(1, next)).toMatchObject([{ state: "success", deliveries: 1 }]);
  });

  it("are called by one of several schedulers, and taken over from one whose lease is over", async () => {
    await using other = await engine({ test: test.test, database: test.test.open(), instanceId: "other" });
    await test.store(testDag("shared", [testTask("t0", { callbacks: { success: 3 } })]));
    const runs = await Promise.all(Array.from({ length: 10 }, () => test.trigger("shared")));
    other.engine.signals.runsCreated(runs);
    await expect.poll(async () => (await rows()).filter(({ state }) => state === "success").length).toBe(30);
    expect((await rows()).map(({ deliveries }) => deliveries)).toEqual(Array(30).fill(1));
    await test.trigger("shared", { callback: { hang: 1 } });
    await expect.poll(async () => (await rows()).filter(({ state }) => state === "running").length).toBe(3);
    // As if another had claimed them and died: what hangs here has lost its permission, and is ended.
    await test.database.execute(
      `update callback set attempt_id = gen_random_uuid(), lease_until = clock_timestamp() - interval '1 hour' where state = 'running'`,
    );
    await expect
      .poll(async () => (await rows()).slice(30).map(({ state, deliveries }) => [state, deliveries]), {
        timeout: 10_000,
      })
      .toEqual(Array(3).fill(["success", 2]));
    await expect
      .poll(() => [...test.engine.executor.attempts(), ...other.engine.executor.attempts()], { timeout: 10_000 })
      .toEqual([]);
  });

  it("have places of their own: neither they nor the tasks keep the others from their turn", async () => {
    await using small = await engine({
      test: test.test,
      database: test.test.open(),
      instanceId: "small",
      parallelism: 1,
    });
    await test.engine.stop();
    await small.store(
      testDag("narrow", [testTask("t0", { callbacks: { success: 1 } }), testTask("t1", { upstreamTaskIds: ["t0"] })]),
    );
    await small.store(testDag("long", [testTask("t0")]));
    const first = await small.trigger("narrow", { callback: { hang: 1 } });
    // The callback hangs in its place while the one place of tasks goes on.
    expect(await small.over(first)).toMatchObject({ state: "success" });
    await small.trigger("long", { t0: { hang: 1 } });
    await expect.poll(() => small.engine.executor.freeSlots()).toBe(0);
    await small.database.execute(
      "update callback set attempt_id = gen_random_uuid(), lease_until = clock_timestamp() - interval '1 hour'",
    );
    await expect.poll(async () => (await rows())[0]?.state, { timeout: 10_000 }).toBe("success");
  });

  it("may ask for connections, variables and XComs, and leave none", async () => {
    await test.store(testDag("asks", [testTask("t0", { callbacks: { success: 1 } })]));
    await test.over(await test.trigger("asks", { t0: { value: 7 }, callback: { ask: true } }));
    const [row] = await settled(1);
    const log = await readFile(attemptLogPath(join(test.folder, "logs"), row!.uuid), "utf8");
    const answers = log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { event: string; response: JsonObject });
    expect(answers.filter(({ event }) => event === "answer").map(({ response }) => response)).toMatchObject([
      { kind: "connection", value: null },
      { kind: "variable", value: null },
      { kind: "xcom", found: true, kept: { kind: "value", value: 7 } },
      { kind: "refused", refusal: { code: "execution.callback_leaves_nothing" } },
    ]);
  });

  it("go with their run when it is deleted, and a cleared run calls its own anew", async () => {
    await test.store(
      testDag("cleared", [testTask("t0", { callbacks: { success: 1 } })], { callbacks: { success: 1 } }),
    );
    const run = await test.trigger("cleared");
    await test.over(run);
    const first = await settled(2);
    await test.change(run, (before) => clearTaskInstances(before, new Set(before.taskInstances.map(({ id }) => id))));
    test.engine.signals.runChanged(run);
    await test.until(async () => ((await rows()).length === 4 ? true : undefined));
    const all = await settled(4);
    expect(new Set(all.map((each) => each.dedupe_key)).size).toBe(4);
    expect(all.slice(0, 2)).toEqual(first);
    await test.database.execute("delete from dag_run where id = $1", [run]);
    expect(await rows()).toEqual([]);
  });
});
