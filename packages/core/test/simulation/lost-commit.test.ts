import { randomBytes } from "node:crypto";
import { testChain, testDag } from "@windlass/core/test-support";
import { expect, it } from "vitest";
import { DatabaseError } from "../../src/database/database-error.ts";
import type { Executor } from "../../src/executors/port.ts";
import { DagVersions } from "../../src/services/scheduler/dag-versions.ts";
import { Dispatcher } from "../../src/services/scheduler/dispatcher.ts";
import { Scheduler } from "../../src/services/scheduler/scheduler.ts";
import type { SchedulerStore } from "../../src/services/scheduler/scheduler-store.ts";
import { WorkerPlaces } from "../../src/services/scheduler/worker-places.ts";
import { memoryBench, second } from "./test-bench.ts";
import { BOOT, makeRun } from "./perform.ts";

/** What a world found: the attempt ran twice, once where it was queued for and once beside the scheduler that had queued it. */
it("leaves to the worker what was queued for it in a commit whose answer was lost", async () => {
  await using bench = await memoryBench();
  const { store } = bench;
  await bench.storeDag(testDag("d", testChain(1)), second(0));
  await makeRun(store, "d", 1, second(0));
  const run: string[] = [];
  const executor: Executor = {
    hostname: "here",
    start: async () => undefined,
    freeSlots: () => 4,
    run: ({ attemptId }) => run.push(attemptId),
    cancel: () => undefined,
    attempts: () => run,
    preload: () => undefined,
    stop: async () => undefined,
  };
  const started: string[] = [];
  const losing: SchedulerStore = {
    ...store,
    async transaction(work) {
      const result = await store.transaction(work);
      for (const { attemptId } of await store.claimQueued(["default"], 1, 30)) {
        started.push(attemptId);
        const start = { attemptId, hostname: "worker", pid: 1, startDate: second(1), bootId: BOOT };
        expect(await store.startAttempt(start, 600)).toMatchObject({ kind: "started" });
        throw new DatabaseError({ kind: "unavailable", mayHaveRun: true }, "the answer was lost");
      }
      return result;
    },
  };
  const never = (): void => undefined;
  const scheduler: Scheduler = new Scheduler({
    store: losing,
    clock: { now: () => second(1) },
    random: { bytes: (count) => randomBytes(count) },
    ...{ bootId: BOOT, executor, versions: new DagVersions(), places: new WorkerPlaces([]), leaseSeconds: 60 },
    dispatcher: new Dispatcher({
      ...{ executor, logsFolder: "/", maxXcomBytes: 1, maxMapLength: 1, onFailed: never, onInterrupted: never },
      bundles: { has: () => true, pathOf: (hash) => hash, ensure: async () => true },
      loadXcoms: async () => [],
      environmentOf: () => ({}),
    }),
    onProblem: (_, error) => {
      throw error;
    },
    onCommitted: never,
  });
  await scheduler.start();
  await scheduler.runOnce();
  await scheduler.stop();
  expect(started).toHaveLength(1);
  expect(run).toEqual([]);
  expect(await bench.rows()).toMatchObject({ instances: [{ state: "running", hostname: "worker" }] });
});
