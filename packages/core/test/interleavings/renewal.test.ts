import type { Database } from "@windlass/core/database";
import { testDag, testTask } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renewLeases } from "../../src/store/attempts.ts";
import { FAR, makeWorld, tried, type World } from "./world.ts";

let world: World;
let db: Database;
beforeAll(async () => {
  world = await makeWorld();
  db = world.bench.test.database;
});
afterAll(() => world[Symbol.asyncDispose]());

describe("a lease that is over", () => {
  it("is not renewed for somebody who loses it all the same", async () => {
    await tried(world.bench.test, {
      bound: 40,
      async prepare() {
        await world.far(9);
        await world.bench.store(testDag("d", [testTask("a", FAR)]));
        await world.trigger("d", "r");
        const [attempt] = await world.running();
        await db.execute("update task_instance set lease_until = clock_timestamp() - interval '1 minute'");
        return attempt!;
      },
      sessions: ({ id }) => ({ scheduler: world.expire, worker: (database) => renewLeases(database, [id], 60) }),
      async check(_, { values }) {
        expect(values["worker"]).toEqual([]);
        expect(await world.states("d")).toEqual({ a: "failed" });
      },
    });
  }, 120_000);
});
