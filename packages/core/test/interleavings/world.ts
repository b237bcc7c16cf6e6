import { randomBytes, randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { configValues, RefusalError } from "@windlass/contract";
import type { Database } from "@windlass/core/database";
import { expect } from "vitest";
import { type InterleavingCase, toldOf, tryOrders } from "../../test-support/interleaving/permutations.ts";
import type { TestDatabase } from "../../test-support/test-database.ts";
import type { Action } from "../../src/actions/action.ts";
import { startRemoteAttempt } from "../../src/actions/attempts/start-attempt.ts";
import type { ActionContext } from "../../src/actions/context.ts";
import { createActionContext } from "../../src/actions/create-context.ts";
import { perform } from "../../src/actions/perform.ts";
import type { ActionRequest } from "../../src/actions/request.ts";
import { type ActionBench, actionBench } from "../../src/actions/test-support/action-bench.ts";
import { triggerRun } from "../../src/actions/runs/trigger-run.ts";
import { createEngine } from "../../src/services/create-engine.ts";
import type { Scheduler } from "../../src/services/scheduler/scheduler.ts";
import { listExpiredLeases } from "../../src/store/attempts.ts";
import { noteWorker } from "../../src/store/workers.ts";

/** Tasks of this queue are for a worker, so that a scheduler queues them and starts nothing by itself. */
export const FAR = { queue: "far", pool: "far" };

/** An attempt that a worker runs or may start. */
export interface RemoteAttempt {
  readonly id: string;
  readonly dagRunId: number;
}

/** What the sessions of a case are made of: schedulers, workers and people, each on a database of its own. */
export interface World extends AsyncDisposable {
  readonly bench: ActionBench;
  /** Makes the pool of the worker and lets the worker be heard of. */
  far(slots: number): Promise<void>;
  /** Makes runs of a Dag. @returns their keys */
  trigger(dagId: string, ...runIds: readonly string[]): Promise<readonly number[]>;
  /** One scheduler's work until nothing is left. */
  schedule(database: Database, before?: (scheduler: Scheduler) => Promise<void>): Promise<void>;
  /** What a scheduler does that looks for leases that are over. */
  expire(database: Database): Promise<void>;
  /** Schedules, and starts what is queued. */
  running(): Promise<readonly RemoteAttempt[]>;
  contextOn(database: Database): ActionContext;
  /** A use case by somebody. */
  act<I, P, R>(database: Database, action: Action<I, P, R>, input: I, more?: Partial<ActionRequest>): Promise<R>;
  /** The states of a Dag's task instances, by task. */
  states(dagId: string): Promise<Readonly<Record<string, string | null>>>;
}

/** Makes one. */
export async function makeWorld(): Promise<World> {
  const bench = await actionBench();
  const { database } = bench.test;
  const runnerPath = fileURLToPath(new URL("../../test-support/runner-fixture.ts", import.meta.url));
  const problems: string[] = [];

  const contextOn = (on: Database): ActionContext =>
    createActionContext({ database: on, clock: bench.clock, installationSecret: "test" });

  async function schedule(on: Database, before?: (scheduler: Scheduler) => Promise<void>): Promise<void> {
    const folder = join(tmpdir(), `windlass-interleaving-${String(process.pid)}`);
    const { scheduler } = createEngine({
      ...{ database: on, clock: bench.clock, random: { bytes: randomBytes }, bootId: randomUUID() },
      ...{ dagsFolder: folder, logsFolder: folder, bundleFolder: folder, runnerPath, parserPath: runnerPath },
      ...{ parallelism: 0, warmRunners: 0, config: configValues(), paces: { pollMs: 3_600_000 } },
      secrets: { getConnection: () => Promise.resolve(null), getVariable: () => Promise.resolve(null) },
      log: {
        info: () => undefined,
        warning: () => undefined,
        error: (_, fields) => problems.push(JSON.stringify(fields)),
      },
    });
    await scheduler.start();
    await before?.(scheduler);
    await scheduler.runOnce();
    await scheduler.stop();
    const [problem] = problems.splice(0);
    if (problem !== undefined) throw new TypeError(`a scheduler had a problem: ${problem}`);
  }

  const world: World = {
    bench,
    contextOn,
    schedule,
    async far(slots) {
      await database.execute("insert into pool (name, slots) values ('far', $1)", [slots]);
      await noteWorker(database, {
        ...{ workerId: randomUUID(), hostname: "far", pid: 7, queues: ["far"] },
        ...{ parallelism: 9, free: 9, version: "0" },
      });
    },
    async trigger(dagId, ...runIds) {
      const made: number[] = [];
      for (const dagRunId of runIds)
        made.push((await world.act(database, triggerRun, { dagId, dagRunId, logicalDate: null })).id);
      return made;
    },
    expire: (on) =>
      schedule(on, async (scheduler) => scheduler.attemptsFound("lost", await listExpiredLeases(on, 10, 100))),
    async running() {
      await schedule(database);
      const attempts = await database.query<RemoteAttempt>(
        `select attempt_id as id, dag_run_id as "dagRunId" from task_instance where state = 'queued' order by id`,
      );
      const starter = { hostname: "far", unixname: "", pid: 7, startDate: bench.clock.now() };
      for (const { id } of attempts) await startRemoteAttempt(contextOn(database), { ...starter, attemptId: id });
      return attempts;
    },
    async act(on, action, input, more) {
      const request = await bench.request("admin", more);
      return (await perform(contextOn(on), request, action, input)).result;
    },
    async states(dagId) {
      const rows = await database.query<{ task_id: string; state: string | null }>(
        "select task_id, state from task_instance where dag_id = $1 order by id",
        [dagId],
      );
      return Object.fromEntries(rows.map((row) => [row.task_id, row.state]));
    },
    [Symbol.asyncDispose]: () => bench.drop(),
  };
  return world;
}

/** The code with which a session was refused; what is no refusal is thrown. */
export function refusalOf(ending: { readonly value: unknown } | { readonly error: unknown } | undefined): string {
  const error = ending && "error" in ending ? ending.error : undefined;
  if (error instanceof RefusalError) return error.refusals[0].code;
  throw error instanceof Error ? error : new TypeError("it was not refused");
}

/** Tries a case's orders and prints how many they were, and the seed. */
export async function tried<T>(test: TestDatabase, of: InterleavingCase<T>): Promise<void> {
  process.stdout.write(`${expect.getState().currentTestName ?? ""}: ${toldOf(await tryOrders(test, of))}\n`);
}
