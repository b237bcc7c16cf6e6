import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AssetCondition, JsonObject, SerializedAsset, SerializedDag } from "@windlass/contract";
import { testDag, testTask } from "../../test-support/dag.ts";
import { testEngine, type TestEngine } from "../../test-support/test-engine.ts";
import { recordAssetEvents } from "../store/assets/record-asset-events.ts";
import { makeAssetRuns } from "./scheduler/asset-runs.ts";
import { postgresStore } from "./scheduler/postgres-store.ts";

let test: TestEngine;

beforeEach(async () => {
  test = await testEngine();
});

afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  expect(test.problems).toEqual([]);
  await test[Symbol.asyncDispose]();
});

function named(name: string): SerializedAsset {
  return { name, uri: `s3://${name}`, group: "asset", extra: {} };
}

const leaf = (name: string): AssetCondition => ({ kind: "asset", ...named(name) });
const all = (...of: readonly AssetCondition[]): AssetCondition => ({ kind: "all", of });
const alias: AssetCondition = { kind: "alias", name: "x", group: "asset" };

const WRITER = testTask("write", { outlets: [{ kind: "asset", ...named("a") }] });

function consumer(condition: AssetCondition, overrides: Partial<SerializedDag> = {}): SerializedDag {
  return testDag("consumer", [testTask("read")], { schedule: { kind: "assets", condition }, ...overrides });
}

interface MadeRun {
  readonly id: number;
  readonly runId: string;
  readonly runType: string;
  readonly logicalDate: string | null;
  readonly events: readonly JsonObject[];
}

/** The runs of the consumer with the extras of the events that they took. */
function runs(dagId = "consumer"): Promise<readonly MadeRun[]> {
  return test.database.query<MadeRun>(
    `select r.id, r.run_id as "runId", r.run_type as "runType", r.logical_date as "logicalDate",
       coalesce((select json_agg(e.extra order by e.timestamp, e.id) from dag_run_asset_event l join asset_event e on e.id = l.event_id
         where l.dag_run_id = r.id), '[]') as events
     from dag_run r where r.dag_id = $1 order by r.id`,
    [dagId],
  );
}

async function queued(): Promise<number> {
  const [row] = await test.database.query<{ n: number }>("select count(*) as n from asset_queued_event");
  return row!.n;
}

/** An event as the API makes it. */
async function emit(
  name: string,
  extra: JsonObject = {},
  partitionKey: string | null = null,
): Promise<readonly string[]> {
  const source = { dagRunId: null, dagId: null, runId: null, taskId: null, mapIndex: -1 };
  const row = { asset: named(name), aliases: [], extra, partitionKey, at: test.clock.now(), source };
  const { queuedDagIds } = await test.database.transaction((tx) => recordAssetEvents(tx, [row]));
  return queuedDagIds;
}

const run = (count: number): Promise<readonly MadeRun[]> =>
  test.until(async () => {
    const made = await runs();
    return made.length >= count ? made : undefined;
  });

describe("a task with outlets", () => {
  it("has its success make the run that waits for it, at once, with what it said", async () => {
    await test.store(consumer(leaf("a")));
    await test.store(testDag("producer", [WRITER]));
    const outcome = { state: "success", assetEvents: [{ asset: { ...named("a") }, extra: { rows: 3 } }] };
    const began = performance.now();
    await test.trigger("producer", { write: { first: outcome } });
    const [made] = await run(1);
    // Long before the scheduler would look by itself.
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(made).toMatchObject({ runType: "asset_triggered", logicalDate: null, events: [{ rows: 3 }] });
    expect(made!.runId).toMatch(/^asset_triggered__\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00_[A-Za-z0-9]{8}$/);
    expect((await test.over(made!.id)).state).toBe("success");
    expect(await queued()).toBe(0);
  });

  it("makes no event by a failure, and one for each success of a mapped task and of a task with nothing to execute", async () => {
    const outlets = WRITER.outlets;
    const expand = { kind: "product", arguments: { n: { kind: "value", value: [1, 2] } } } as const;
    await test.store(
      testDag("producer", [
        testTask("broken", { outlets }),
        testTask("mapped", { outlets, expand }),
        testTask("empty", { outlets, runtime: "none", operator: "empty" }),
      ]),
    );
    const id = await test.trigger("producer", { broken: { fail: 1 } });
    await test.over(id);
    const events = await test.database.query<{ task: string; map_index: number }>(
      `select source_task_id as task, source_map_index as map_index from asset_event order by 1, 2`,
    );
    expect(events).toEqual([
      { task: "empty", map_index: -1 },
      { task: "mapped", map_index: 0 },
      { task: "mapped", map_index: 1 },
    ]);
  });

  it("fills an alias with an asset that nobody knew, and has its readers run", async () => {
    await test.store(consumer(alias));
    await test.store(
      testDag("producer", [testTask("write", { outlets: [{ kind: "alias", name: "x", group: "asset" }] })]),
    );
    const assetEvents = [{ asset: { ...named("new") }, alias: "x", extra: { jan: true } }];
    await test.trigger("producer", { write: { first: { state: "success", assetEvents } } });
    const [made] = await run(1);
    expect(made?.events).toEqual([{ jan: true }]);
    expect(await test.database.query("select name, is_active from asset")).toEqual([{ name: "new", is_active: true }]);
  });
});

describe("a schedule on assets", () => {
  it("waits for all of its assets, and takes all events since the last run into one", async () => {
    await test.store(consumer(all(leaf("a"), leaf("b"))));
    expect(await emit("a", { n: 1 })).toEqual(["consumer"]);
    await emit("a", { n: 2 });
    test.engine.signals.assetEventsQueued(["consumer"]);
    await test.engine.scheduler.runOnce();
    expect(await runs()).toEqual([]);
    test.engine.signals.assetEventsQueued(await emit("b", { n: 3 }));
    const [made] = await run(1);
    expect(made?.events).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await test.engine.scheduler.runOnce();
    expect(await runs()).toHaveLength(1);
    expect(await queued()).toBe(0);
  });

  it("misses what happens while its Dag is paused, but the next run has it among its events", async () => {
    await test.store(consumer(leaf("a")));
    await test.database.execute("update dag set is_paused = true where dag_id = 'consumer'");
    expect(await emit("a", { n: 1 })).toEqual([]);
    await test.database.execute("update dag set is_paused = false where dag_id = 'consumer'");
    test.engine.signals.dagChanged("consumer");
    await test.engine.scheduler.runOnce();
    expect(await runs()).toEqual([]);
    test.engine.signals.assetEventsQueued(await emit("a", { n: 2 }));
    expect((await run(1))[0]?.events).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it("has one run for a set of events however many schedulers look", async () => {
    await test.engine.scheduler.stop();
    await test.store(consumer(leaf("a")));
    const store = postgresStore(test.database);
    const options = { store, clock: test.clock, random: { bytes: (n: number) => new Uint8Array(n) } };
    const events = Array.from({ length: 20 }, (_, n) => n);
    await Promise.all(
      events.map(async (n) => {
        await emit("a", { n });
        await Promise.all([makeAssetRuns(options, ["consumer"]), makeAssetRuns(options, ["consumer"])]);
      }),
    );
    const taken = (await runs()).map((each) => each.events);
    expect(taken.every((each) => each.length > 0)).toBe(true);
    expect(
      taken
        .flat()
        .map((each) => each["n"])
        .sort((a, b) => Number(a) - Number(b)),
    ).toEqual(events);
  });

  it("makes no more runs than its Dag may have, and the next takes what came meanwhile", async () => {
    await test.store(consumer(leaf("a"), { maxActiveRuns: 1 }));
    await test.database.execute(`update pool set slots = 0`);
    test.engine.signals.assetEventsQueued(await emit("a", { n: 1 }));
    await run(1);
    for (const n of [2, 3]) test.engine.signals.assetEventsQueued(await emit("a", { n }));
    await test.engine.scheduler.runOnce();
    expect(await runs()).toHaveLength(1);
    await test.database.execute(`update pool set slots = 8`);
    test.engine.signals.poolChanged("default_pool");
    const after = await run(2);
    expect(after.flatMap((each) => each.events)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it("also goes by the clock where it is told to, and that run leaves the events alone", async () => {
    const condition = all(leaf("a"), leaf("b"));
    const time = { kind: "dates", dates: [test.clock.now()] } as const;
    await test.store(consumer(condition, { schedule: { kind: "assets_or_time", condition, time }, catchup: true }));
    await emit("a");
    const [timed] = await run(1);
    expect(timed).toMatchObject({ runType: "scheduled", events: [] });
    expect(await queued()).toBe(1);
    test.engine.signals.assetEventsQueued(await emit("b"));
    expect((await run(2))[1]).toMatchObject({ runType: "asset_triggered", events: [{}, {}] });
  });

  it("keeps an asset that nobody names any more, and does not call it active", async () => {
    await test.store(consumer(leaf("a")));
    await emit("a");
    await test.store(consumer(leaf("b")));
    const assets = await test.database.query("select name, is_active from asset order by name");
    expect(assets).toEqual([
      { name: "a", is_active: false },
      { name: "b", is_active: true },
    ]);
    // Of two assets with one name, the one that was there first is active.
    const other: AssetCondition = { kind: "asset", ...named("b"), uri: "s3://other" };
    await test.store(testDag("second", [testTask("read")], { schedule: { kind: "assets", condition: other } }));
    expect(await test.database.query("select uri from asset where not is_active order by uri")).toEqual([
      { uri: "s3://a" },
      { uri: "s3://other" },
    ]);
  });
});

describe("a schedule by partitions", () => {
  const partition = { mapper: { kind: "start_of", unit: "day", timezone: "Europe/Berlin" }, byAsset: [] } as const;

  function partitions(): Promise<readonly { key: string; date: string; events: number }[]> {
    return test.database.query(
      `select r.partition_key as key, r.partition_date as date, (select count(*) from dag_run_asset_event l where l.dag_run_id = r.id) as events
       from dag_run r where r.dag_id = 'consumer' order by r.partition_key`,
    );
  }

  it("has a run for each partition that has all its events, and leaves the others waiting", async () => {
    const condition = all(leaf("a"), leaf("b"));
    await test.store(consumer(condition, { schedule: { kind: "assets", condition, partition } }));
    expect(await emit("a", {}, "2026-07-01T10:00:00")).toEqual(["consumer"]);
    await emit("a", {}, "2026-07-01T11:00:00");
    await emit("a", {}, "2026-07-02");
    await emit("b", {}, "no moment");
    // What has no partition counts for nobody who goes by partitions.
    expect(await emit("b")).toEqual([]);
    test.engine.signals.assetEventsQueued(await emit("b", {}, "2026-07-01"));
    await run(1);
    await test.engine.scheduler.runOnce();
    expect(await partitions()).toEqual([{ key: "2026-07-01", date: "2026-06-30T22:00:00.000000Z", events: 3 }]);
    expect(await queued()).toBe(2);
  });

  it("hands a run's partition on to the events of its outlets, which nobody else is run by", async () => {
    await test.store(consumer(leaf("a"), { schedule: { kind: "assets", condition: leaf("a"), partition } }));
    const plain = { schedule: { kind: "assets", condition: leaf("a") }, relativeFileloc: "plain.ts" } as const;
    await test.store(testDag("plain", [testTask("read")], plain));
    await test.store(testDag("producer", [WRITER], { schedule: { kind: "none", partition: true } }));
    await test.trigger("producer", {}, { partitionKey: "2026-07-01" });
    await run(1);
    expect(await partitions()).toMatchObject([{ key: "2026-07-01", events: 1 }]);
    expect(await runs("plain")).toEqual([]);
  });
});
