import { instant } from "@windlass/contract";
import { testChain, testDag } from "../../test-support/dag.ts";
import { NO_BOOT, testEngine, type TestEngine } from "../../test-support/test-engine.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { apply } from "../domain/apply.ts";
import { buildGraph } from "../domain/graph.ts";
import { renewLeases, startAttempt, type AttemptStart } from "./attempts.ts";
import { commitTransitions } from "./commit-transitions.ts";
import { loadDagVersions } from "./dag-versions.ts";
import { loadRuns } from "./load-run.ts";
import { batchOf } from "./run-decisions.ts";
import { setXcomOfAttempt } from "./xcom.ts";

const ATTEMPT = "01a00000-0000-7000-8000-000000000001";
const START: AttemptStart = {
  attemptId: ATTEMPT,
  hostname: "worker",
  pid: 7,
  startDate: instant("2026-01-01T00:00:00Z"),
  bootId: null,
};

let test: TestEngine;
let run: number;

/** A task instance that is queued for a worker elsewhere: the engine has no slots. */
beforeEach(async () => {
  test = await testEngine({ parallelism: 0, warmRunners: 0 });
  await test.store(testDag("remote", testChain(1)));
  run = await test.trigger("remote");
  await test.until(async () => {
    const [row] = await test.database.query<{ state: string | null }>("select state from task_instance");
    return row?.state === "scheduled" ? true : undefined;
  });
  await test.engine.stop();
  await test.database.transaction(async (tx) => {
    const [loaded] = await loadRuns(
      tx,
      [run],
      async (ids) => new Map((await loadDagVersions(tx, ids)).map((each) => [each.id, buildGraph(each.dag)])),
    );
    const before = loaded!.snapshot;
    const { id, taskId, mapIndex, tryNumber } = before.taskInstances[0]!;
    const transitions = [
      {
        kind: "task_instance",
        id,
        taskId,
        mapIndex,
        tryNumber,
        from: "scheduled",
        to: "queued",
        reason: "slots_free",
        attemptId: ATTEMPT,
      },
    ] as const;
    const at = test.clock.now();
    const decision = { before, after: apply(before, transitions, at), transitions };
    await commitTransitions(
      tx,
      batchOf([decision], { at, bootId: NO_BOOT, leaseSeconds: 60, hostname: "", pid: null }),
    );
  });
});

afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  await test[Symbol.asyncDispose]();
});

const start = (overrides: Partial<AttemptStart> = {}) =>
  test.database.transaction((tx) => startAttempt(tx, { ...START, ...overrides }, 60));

describe("an attempt that a worker starts", () => {
  it("is announced while it is queued, and no longer once it runs", async () => {
    expect(await test.database.query("select kind, attempt_id from outbox")).toEqual([
      { kind: "dispatch", attempt_id: ATTEMPT },
    ]);
    expect(await start()).toEqual({ kind: "started", dagRunId: run, again: false });
    expect(await test.database.query("select 1 from outbox")).toEqual([]);
    expect(
      await test.database.query(
        "select state, hostname, pid, lease_until > clock_timestamp() as held from task_instance",
      ),
    ).toEqual([{ state: "running", hostname: "worker", pid: 7, held: true }]);
  });

  it("may be started again by the same request, and by no other", async () => {
    await start();
    expect(await start()).toEqual({ kind: "started", dagRunId: run, again: true });
    expect(await start({ pid: 8 })).toEqual({ kind: "refused" });
    expect(await start({ attemptId: "01a00000-0000-7000-8000-000000000009" })).toEqual({ kind: "refused" });
  });

  it("starts once however many workers ask at the same time", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, (_, pid) => start({ pid })));
    expect(answers.filter((each) => each.kind === "started")).toHaveLength(1);
  });

  it("keeps its lease and writes XComs as long as it is the current one", async () => {
    expect(await renewLeases(test.database, [ATTEMPT], 60)).toEqual([]);
    expect(await setXcomOfAttempt(test.database, ATTEMPT, "k", { kind: "value", value: { b: 1, a: 2 } })).toBe(false);
    await start();
    expect(await renewLeases(test.database, [ATTEMPT], 60)).toEqual([ATTEMPT]);
    expect(await setXcomOfAttempt(test.database, ATTEMPT, "k", { kind: "value", value: { b: 1, a: 2 } })).toBe(true);
    const [row] = await test.database.query<{ value: object }>("select value from xcom where key = 'k'");
    expect(Object.keys(row!.value)).toEqual(["b", "a"]);
  });
});
