import { describe, expect, it } from "vitest";
import { asset, assetAlias, assetDag, Dag, FailWithoutRetry, getContext } from "../index.ts";

const sales = asset("s3://warehouse/sales");
const reports = assetAlias("reports");

describe("a Dag's outlets under dag.test", () => {
  it("give events with what the handler said of them, by task and map index", async () => {
    const dag = new Dag("producer");
    const load = dag.task(
      "load",
      ({ n }: { n: number }, { outletEvents }) => {
        outletEvents.add(sales, { rows: n });
        outletEvents.add(sales, { checked: true });
      },
      { outlets: [sales] },
    );
    const done = dag.empty("done", { outlets: [sales] });
    load.expand({ n: [1, 2] }).before(done);
    const { assetEvents } = await dag.test({ partitionKey: "2026-01" });
    expect(assetEvents.map((each) => [each.sourceTaskId, each.sourceMapIndex, each.extra, each.partitionKey])).toEqual([
      ["load", 0, { rows: 1, checked: true }, "2026-01"],
      ["load", 1, { rows: 2, checked: true }, "2026-01"],
      ["done", -1, {}, "2026-01"],
    ]);
  });

  it("give none where the task failed or was skipped", async () => {
    const dag = new Dag("failing");
    dag.task(
      "write",
      (_, { outletEvents }) => {
        outletEvents.add(sales, { rows: 1 });
        throw new FailWithoutRetry("no");
      },
      { outlets: [sales] },
    )();
    expect((await dag.test()).assetEvents).toEqual([]);
  });

  it("fill aliases with assets that are known only while the task runs", async () => {
    const dag = new Dag("aliased");
    const write = dag.task(
      "write",
      () => {
        getContext().outletEvents.add(reports, asset("s3://reports/jan"), { pages: 3 });
      },
      { outlets: [reports] },
    );
    const read = dag.task("read", async (_, { inletEvents }) => (await inletEvents(reports)).map((e) => e.asset.uri), {
      inlets: [reports],
    });
    read().after(write());
    const { assetEvents, xcoms } = await dag.test();
    expect(assetEvents).toMatchObject([{ aliases: ["reports"], extra: { pages: 3 } }]);
    expect(xcoms.read).toEqual({ return_value: ["s3://reports/jan"] });
  });

  it("refuse an extra that is no JSON, and a blank partition", async () => {
    for (const told of [
      (): void => getContext().outletEvents.add(sales, 3 as never),
      (): void => getContext().outletEvents.add(sales, {}, { partitionKey: " " }),
    ]) {
      const dag = new Dag("wrong");
      dag.task("write", told, { outlets: [sales] })();
      expect((await dag.test()).state).toBe("failed");
    }
  });
});

describe("a Dag that assets have run run under dag.test", () => {
  it("reads the events that made the run, and keeps a state beside an asset", async () => {
    const dag = new Dag("consumer", { schedule: [sales] });
    dag.task("read", async (_, { triggeringAssetEvents, client, dagRun }) => {
      const events = await triggeringAssetEvents();
      await client.setAssetState(sales, "read", events.length);
      return [dagRun.runType, events.map(({ extra }) => extra), await client.getAssetState(sales, "read")];
    })();
    const { xcoms } = await dag.test({
      triggeringAssetEvents: [{ asset: sales, extra: { rows: 3 } }, { asset: sales }],
    });
    expect(xcoms.read?.return_value).toEqual(["asset_triggered", [{ rows: 3 }, {}], 2]);
  });
});

describe("assetDag", () => {
  it("is a Dag of one task that writes the asset", async () => {
    const dag = assetDag(asset({ name: "sales", uri: "s3://warehouse/sales" }), () => 42, { schedule: "@daily" });
    const { state, assetEvents, xcoms } = await dag.test();
    expect([state, xcoms.sales]).toEqual(["success", { return_value: 42 }]);
    expect(assetEvents).toMatchObject([{ asset: { name: "sales" }, sourceTaskId: "sales" }]);
  });
});
