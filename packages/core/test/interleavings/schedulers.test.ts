import { testDag, testTask } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAR, makeWorld, tried, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const both = () => ({ one: world.schedule, other: world.schedule });
const count = async (query: string): Promise<number> => (await world.bench.test.database.query(query)).length;

describe("two schedulers", () => {
  it("give the last slot of a pool once", async () => {
    await tried(world.bench.test, {
      async prepare() {
        await world.far(1);
        await world.bench.store(testDag("slots", [testTask("a", FAR)]));
        await world.trigger("slots", "r1", "r2");
      },
      sessions: both,
      async check(_, { failed }) {
        expect(failed).toEqual([]);
        expect(await count("select 1 from task_instance where state = 'queued'")).toBe(1);
        expect(await count("select 1 from task_instance where state = 'scheduled'")).toBe(1);
      },
    });
  }, 120_000);

  it("start the last run that max_active_runs allows once", async () => {
    await tried(world.bench.test, {
      async prepare() {
        await world.far(9);
        await world.bench.store(testDag("runs", [testTask("a", FAR)], { maxActiveRuns: 1 }));
        await world.trigger("runs", "r1", "r2");
      },
      sessions: both,
      async check(_, { failed }) {
        expect(failed).toEqual([]);
        expect(await count("select 1 from dag_run where state = 'running'")).toBe(1);
        expect(await count("select 1 from dag_run where state = 'queued'")).toBe(1);
      },
    });
  }, 120_000);
});
