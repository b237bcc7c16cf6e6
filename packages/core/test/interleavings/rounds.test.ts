import { randomUUID } from "node:crypto";
import type { Database } from "@windlass/core/database";
import { testDag, testTask } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildGraph } from "../../src/domain/graph.ts";
import { ActiveRun } from "../../src/services/scheduler/active-run.ts";
import { commitRound } from "../../src/services/scheduler/commit-round.ts";
import { decideRun } from "../../src/services/scheduler/decide-run.ts";
import { postgresStore } from "../../src/services/scheduler/postgres-store.ts";
import { RunsChangedMeanwhile } from "../../src/store/commit-transitions.ts";
import { loadDagVersions } from "../../src/store/dag-versions.ts";
import { loadRuns } from "../../src/store/load-run.ts";
import { makeWorld, tried, type World } from "./world.ts";

/*
 * Rounds of schedulers that each know one run alone, so that nothing but the locks of pools and Dags keeps them apart: the versions of runs, which they
 * would else compare, are different ones.
 */

let world: World;
let db: Database;
beforeAll(async () => {
  world = await makeWorld();
  db = world.bench.test.database;
});
afterAll(() => world[Symbol.asyncDispose]());

const BOUND = 60;
const count = async (query: string): Promise<number> => (await db.query(query)).length;

/** Starts a run, if it may, and its tasks. */
const round = (dagRunId: number) => async (database: Database) => {
  for (;;) {
    const [run] = await loadRuns(
      database,
      [dagRunId],
      async (ids) => new Map((await loadDagVersions(database, ids)).map(({ id, dag }) => [id, buildGraph(dag)])),
    );
    const active = new ActiveRun(run!);
    const now = world.bench.clock.now();
    const decided = decideRun(active, now, () => 0);
    try {
      await commitRound(postgresStore(database), {
        ...{ now, decided: [decided], candidates: [...decided.candidates.values()], executorFree: 8 },
        activeRun: (id) => (id === dagRunId ? active : undefined),
        ...{ hostname: "h", pid: 1, bootId: randomUUID(), leaseSeconds: 600, clearOnSuccess: false },
        newAttemptId: () => randomUUID(),
      });
      return;
    } catch (error) {
      if (!(error instanceof RunsChangedMeanwhile)) throw error;
    }
  }
};

const sessions = ([one, other]: readonly number[]) => ({ one: round(one!), other: round(other!) });

describe("rounds of two schedulers about different runs", () => {
  it("give the last slot of a pool once", async () => {
    await tried(world.bench.test, {
      bound: BOUND,
      async prepare() {
        await db.execute("insert into pool (name, slots) values ('narrow', 1)");
        await world.bench.store(testDag("slots", [testTask("a", { pool: "narrow" })]));
        return world.trigger("slots", "r1", "r2");
      },
      sessions,
      async check(_, { failed }) {
        expect(failed).toEqual([]);
        expect(await count("select 1 from task_instance where state = 'running'")).toBe(1);
        expect(await count("select 1 from task_instance where state = 'scheduled'")).toBe(1);
      },
    });
  }, 120_000);

  it("start the last run that max_active_runs allows once", async () => {
    await tried(world.bench.test, {
      bound: BOUND,
      async prepare() {
        await world.bench.store(testDag("runs", [testTask("a")], { maxActiveRuns: 1 }));
        return world.trigger("runs", "r1", "r2");
      },
      sessions,
      async check(_, { failed }) {
        expect(failed).toEqual([]);
        expect(await count("select 1 from dag_run where state = 'running'")).toBe(1);
      },
    });
  }, 120_000);

  it("keep to a task's bound over all runs", async () => {
    await tried(world.bench.test, {
      bound: BOUND,
      async prepare() {
        await world.bench.store(testDag("tasks", [testTask("a", { maxActivePerDag: 1 })]));
        return world.trigger("tasks", "r1", "r2");
      },
      sessions,
      async check(_, { failed }) {
        expect(failed).toEqual([]);
        expect(await count("select 1 from task_instance where state = 'running'")).toBe(1);
      },
    });
  }, 120_000);
});
