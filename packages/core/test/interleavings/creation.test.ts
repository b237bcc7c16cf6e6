import { randomBytes } from "node:crypto";
import { addSeconds, instant, type SerializedAsset } from "@windlass/contract";
import type { Database } from "@windlass/core/database";
import { testDag, testTask } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBackfill } from "../../src/actions/backfills/create-backfill.ts";
import { patchDag } from "../../src/actions/dags/patch-dag.ts";
import { deleteRun } from "../../src/actions/runs/delete-run.ts";
import { triggerRun } from "../../src/actions/runs/trigger-run.ts";
import { makeAssetRuns } from "../../src/services/scheduler/asset-runs.ts";
import { postgresStore } from "../../src/services/scheduler/postgres-store.ts";
import { makeScheduledRuns } from "../../src/services/scheduler/scheduled-runs.ts";
import { recordAssetEvents } from "../../src/store/assets/record-asset-events.ts";
import { FAR, makeWorld, refusalOf, tried, type World } from "./world.ts";

let world: World;
let db: Database;
beforeAll(async () => {
  world = await makeWorld();
  db = world.bench.test.database;
});
afterAll(() => world[Symbol.asyncDispose]());

const DAILY = { kind: "cron", expression: "0 3 * * *", timezone: "UTC", interval: "point" } as const;
const ASSET: SerializedAsset = { name: "a", uri: "s3://a", group: "asset", extra: {} };
const CONDITION = { kind: "asset", ...ASSET } as const;
const count = async (query: string): Promise<number> => (await db.query(query)).length;

/** A Dag whose next run is due. */
async function due(maxActiveRuns = 16): Promise<void> {
  const startDate = addSeconds(world.bench.clock.now(), -4 * 86_400);
  await world.bench.store(
    testDag("daily", [testTask("a")], { schedule: DAILY, startDate, catchup: true, maxActiveRuns }),
  );
  expect(await count("select 1 from dag where next_run_after <= '2026-06-01'")).toBe(1);
}

async function emit(...partitions: readonly (string | null)[]): Promise<void> {
  const source = { dagRunId: null, dagId: null, runId: null, taskId: null, mapIndex: -1 };
  const at = world.bench.clock.now();
  await db.transaction((tx) =>
    recordAssetEvents(
      tx,
      partitions.map((partitionKey) => ({ asset: ASSET, aliases: [], extra: {}, partitionKey, at, source })),
    ),
  );
}

const scheduled = (database: Database) => makeScheduledRuns(postgresStore(database), world.bench.clock, 10);
const byAssets = (database: Database) =>
  makeAssetRuns({ store: postgresStore(database), clock: world.bench.clock, random: { bytes: randomBytes } }, [
    "reader",
  ]);

describe("the making of runs", () => {
  it("by a schedule and two schedulers is one run", async () => {
    await tried(world.bench.test, {
      bound: 60,
      prepare: () => due(),
      sessions: () => ({ one: scheduled, other: scheduled }),
      async check(_, { failed }) {
        expect(failed).toEqual([]);
        const rows = await db.query<{ logical_date: string }>("select logical_date from dag_run order by 1");
        // One of them may begin when the other is through; then it makes the next one.
        expect(rows.map((each) => each.logical_date.slice(0, 10))).toEqual(
          ["2026-05-29", "2026-05-30"].slice(0, rows.length),
        );
        expect(rows.length).toBeGreaterThan(0);
      },
    });
  }, 120_000);

  it("by a schedule and two schedulers keeps to the Dag's active runs", async () => {
    await tried(world.bench.test, {
      bound: 60,
      prepare: () => due(1),
      sessions: () => ({ one: scheduled, other: scheduled }),
      async check(_, { failed }) {
        expect(failed).toEqual([]);
        expect(await count("select 1 from dag_run")).toBe(1);
      },
    });
  }, 120_000);

  it("by a schedule does not happen once a pause is answered", async () => {
    await tried(world.bench.test, {
      bound: 60,
      prepare: () => due(),
      sessions: () => ({
        scheduler: scheduled,
        hand: (database) => world.act(database, patchDag, { dagId: "daily", isPaused: true }),
      }),
      async check(_, { failed, order }) {
        expect(failed).toEqual([]);
        const paused = order.indexOf("hand: commit");
        const looked = order.findIndex((each) => each.startsWith("scheduler: select d.dag_id"));
        if (paused < looked) expect(await count("select 1 from dag_run")).toBe(0);
        expect(await count("select 1 from dag where is_paused")).toBe(1);
      },
    });
  }, 120_000);

  it("by assets and two schedulers is one run that takes all events", async () => {
    await tried(world.bench.test, {
      bound: 60,
      async prepare() {
        await world.bench.store(
          testDag("reader", [testTask("a")], { schedule: { kind: "assets", condition: CONDITION } }),
        );
        await emit(null, null);
      },
      sessions: () => ({ one: byAssets, other: byAssets }),
      async check(_, { failed }) {
        expect(failed).toEqual([]);
        expect(await count("select 1 from dag_run")).toBe(1);
        expect(await count("select 1 from dag_run_asset_event")).toBe(2);
        expect(await count("select 1 from asset_queued_event")).toBe(0);
      },
    });
  }, 120_000);

  it("by partitions of assets and two schedulers keeps to the Dag's active runs", async () => {
    const partition = { mapper: { kind: "identity" }, byAsset: [] } as const;
    await tried(world.bench.test, {
      bound: 60,
      async prepare() {
        const schedule = { kind: "assets", condition: CONDITION, partition } as const;
        await world.bench.store(testDag("reader", [testTask("a")], { schedule, maxActiveRuns: 1 }));
        await emit("x", "y");
      },
      sessions: () => ({ one: byAssets, other: byAssets }),
      async check(_, { failed }) {
        expect(failed).toEqual([]);
        expect(await count("select 1 from dag_run")).toBe(1);
        expect(await count("select 1 from asset_queued_event")).toBe(1);
      },
    });
  }, 120_000);

  it("by two backfills at once is that of one of them", async () => {
    const backfill = (database: Database) =>
      world.act(database, createBackfill, {
        ...{ dagId: "daily", fromDate: instant("2026-01-04T00:00:00Z"), toDate: instant("2026-01-06T12:00:00Z") },
        ...{ runBackwards: false, conf: null, reprocessBehavior: "none", maxActiveRuns: 10 },
      });
    await tried(world.bench.test, {
      prepare: () => world.bench.store(testDag("daily", [testTask("a")], { schedule: DAILY })),
      sessions: () => ({ one: backfill, other: backfill }),
      async check(_, { failed, endings }) {
        expect(failed).toHaveLength(1);
        expect(refusalOf(endings[failed[0]!])).toBe("backfill.already_running");
        expect(await count("select 1 from backfill")).toBe(1);
        expect(await count("select 1 from dag_run")).toBe(3);
      },
    });
  }, 120_000);

  // A name of its own would refuse the second request, were it not for the key.
  it.each([{}, { dagRunId: "mine" }])(
    "asked for twice with one idempotency key and %j is one run and one answer",
    async (named) => {
      const trigger = (database: Database) =>
        world.act(
          database,
          triggerRun,
          { dagId: "byhand", logicalDate: null, ...named },
          { idempotencyKey: "k", body: {} },
        );
      await tried(world.bench.test, {
        prepare: () => world.bench.store(testDag("byhand", [testTask("a")])),
        sessions: () => ({ one: trigger, other: trigger }),
        async check(_, { failed, values }) {
          expect(failed).toEqual([]);
          expect(values["one"]).toEqual(JSON.parse(JSON.stringify(values["other"])));
          expect(await count("select 1 from dag_run")).toBe(1);
        },
      });
    },
    120_000,
  );
});

describe("the deletion of a run", () => {
  it("beside the scheduler that starts it leaves nothing of it", async () => {
    await tried(world.bench.test, {
      async prepare() {
        await world.far(9);
        await world.bench.store(testDag("d", [testTask("a", FAR)]));
        await world.trigger("d", "r");
      },
      sessions: () => ({
        scheduler: world.schedule,
        hand: (database) => world.act(database, deleteRun, { dagId: "d", runId: "r" }, { dialect: "v1", door: "v1" }),
      }),
      async check(_, { failed }) {
        expect(failed).toEqual([]);
        for (const table of ["dag_run", "task_instance", "task_attempt", "outbox"])
          expect([table, await db.query(`select 1 from ${table}`)]).toEqual([table, []]);
      },
    });
  }, 120_000);
});
