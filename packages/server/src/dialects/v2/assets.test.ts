import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AssetCondition, SerializedAsset } from "@windlass/contract";
import { storeDags, testDag, testTask } from "@windlass/core/test-support";
import { basic, type TestApp, testApp } from "../../../test-support/test-app.ts";

function named(name: string): SerializedAsset {
  return { name, uri: `s3://${name}`, group: "asset", extra: {} };
}

const leaf = (name: string): AssetCondition => ({ kind: "asset", ...named(name) });
const writer = (taskId: string, name: string) => testTask(taskId, { outlets: [{ kind: "asset", ...named(name) }] });

let app: TestApp;
const ids: Record<string, number> = {};

beforeAll(async () => {
  app = await testApp();
  const condition: AssetCondition = { kind: "all", of: [leaf("a"), { kind: "any", of: [leaf("b"), leaf("c")] }] };
  await storeDags(app.database.database, [
    testDag("producer", [writer("write", "a")]),
    testDag("other", [writer("write", "b")]),
    testDag("another", [writer("write", "b")]),
    testDag("daily", [testTask("sum")], { schedule: { kind: "none", partition: true } }),
    testDag("consumer", [testTask("read", { inlets: [{ kind: "asset", ...named("a") }] })], {
      schedule: { kind: "assets", condition },
    }),
  ]);
  for (const { name, id } of (await app.ask("GET", "/api/v2/assets")).body.assets) ids[name as string] = id as number;
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await app.database.database.execute("delete from asset_queued_event");
});

const emit = (name: string, body: object = {}) =>
  app.ask("POST", "/api/v2/assets/events", { asset_id: ids[name], ...body });

describe("assets", () => {
  it("tell who writes, waits for and reads them, and only of Dags that the caller may read", async () => {
    const { body } = await app.ask("GET", `/api/v2/assets/${String(ids.a)}`);
    expect(body).toMatchObject({
      producing_tasks: [{ dag_id: "producer", task_id: "write" }],
      scheduled_dags: [{ dag_id: "consumer" }],
      consuming_tasks: [{ dag_id: "consumer", task_id: "read" }],
    });
    const asViewer = await app.ask("GET", "/api/v2/assets?dag_ids=producer,other", undefined, basic("viewer"));
    expect(asViewer.body.assets.map((each: { name: string }) => each.name)).toEqual(["a", "b"]);
    expect((await app.ask("GET", "/api/v2/assets", undefined, basic("only_simple"))).status).toBe(403);
  });

  it("stand in a Dag's expression with their keys, and find the Dag", async () => {
    const { body } = await app.ask("GET", "/api/v2/dags/consumer/details");
    expect(body.asset_expression).toEqual({
      all: [
        { asset: { id: ids.a, name: "a", uri: "s3://a", group: "asset" } },
        {
          any: ["b", "c"].map((name) => ({ asset: { id: ids[name], name, uri: `s3://${name}`, group: "asset" } })),
        },
      ],
    });
    const v1 = await app.ask("GET", "/api/v1/dags/consumer/details");
    expect(v1.body.dataset_expression).toEqual({ all: ["s3://a", { any: ["s3://b", "s3://c"] }] });
    const found = await app.ask("GET", "/api/v2/dags?asset_dependency=S3://B");
    expect(found.body.dags.map((dag: { dag_id: string }) => dag.dag_id)).toEqual(["consumer"]);
    expect((await app.ask("GET", "/api/v2/dags?has_asset_schedule=true")).body.total_entries).toBe(1);
  });
});

describe("an event made through the API", () => {
  it("says so, waits for the Dags that wait for its asset, and can be taken back", async () => {
    const made = await emit("a", { extra: { rows: 3 }, partition_key: null });
    expect(made.status, made.text).toBe(200);
    expect(made.body).toMatchObject({ name: "a", extra: { rows: 3, from_rest_api: true }, source_dag_id: null });
    await emit("a");
    const queued = await app.ask("GET", "/api/v2/dags/consumer/assets/queuedEvents");
    expect(queued.body).toMatchObject({ total_entries: 1, queued_events: [{ asset_id: ids.a, dag_id: "consumer" }] });
    const before = `/api/v2/assets/${String(ids.a)}/queuedEvents?before=2020-01-01T00:00:00Z`;
    expect((await app.ask("DELETE", before)).status).toBe(404);
    const v1 = "/api/v1/dags/consumer/datasets/queuedEvent/s3%3A%2F%2Fa";
    expect((await app.ask("GET", v1)).body).toMatchObject({ uri: "s3://a", dag_id: "consumer" });
    expect((await app.ask("DELETE", v1)).status).toBe(204);
    expect((await app.ask("GET", v1)).status).toBe(404);
    expect((await app.ask("DELETE", "/api/v2/dags/consumer/assets/queuedEvents")).status).toBe(404);
  });

  it("needs the right to make one, and an asset that is there", async () => {
    const asViewer = await app.ask("POST", "/api/v2/assets/events", { asset_id: ids.a }, basic("viewer"));
    expect(asViewer.status).toBe(403);
    expect((await app.ask("POST", "/api/v2/assets/events", { asset_id: 1e15 })).status).toBe(404);
    const v1 = await app.ask("POST", "/api/v1/datasets/events", { dataset_uri: "s3://a", extra: { n: 1 } });
    expect(v1.body).toMatchObject({ dataset_uri: "s3://a", extra: { n: 1, from_rest_api: true } });
    const last = await app.ask("GET", "/api/v2/assets/events?name_pattern=a&order_by=-timestamp&limit=1");
    expect(last.body.asset_events[0].id).toBe(v1.body.id);
  });

  it("lets a waiting Dag say what it still waits for", async () => {
    await emit("a");
    const { body } = await app.ask("GET", "/api/windlass/v1/dags/consumer/why");
    expect(body).toMatchObject({ waits_for_assets: true, moving: false });
    expect(body.assets.map((each: { name: string; fulfilled: boolean }) => [each.name, each.fulfilled])).toEqual([
      ["a", true],
      ["b", false],
      ["c", false],
    ]);
    expect(body.reasons.map((each: { code: string }) => each.code)).toContain("waiting_for_assets");
  });
});

describe("to have an asset written", () => {
  it("makes a run of the one Dag that writes it", async () => {
    const made = await app.ask("POST", `/api/v2/assets/${String(ids.a)}/materialize`);
    expect(made.status, made.text).toBe(200);
    expect(made.body).toMatchObject({ dag_id: "producer", run_type: "asset_materialization", logical_date: null });
    expect(made.body.dag_run_id).toMatch(/^asset_materialization__/);
  });

  it("is refused where several do, where none does, and to whom may not trigger it", async () => {
    expect((await app.ask("POST", `/api/v2/assets/${String(ids.b)}/materialize`)).status).toBe(409);
    expect((await app.ask("POST", `/api/v2/assets/${String(ids.c)}/materialize`)).status).toBe(404);
    const path = `/api/v2/assets/${String(ids.a)}/materialize`;
    expect((await app.ask("POST", path, undefined, basic("viewer"))).status).toBe(403);
  });
});

describe("what is kept beside an asset", () => {
  it("is set, listed and forgotten", async () => {
    const at = `/api/v2/assets/${String(ids.a)}/state-store`;
    expect((await app.ask("PUT", `${at}/read/to`, { value: [1, null] })).status).toBe(204);
    expect((await app.ask("GET", `${at}/read/to`)).body).toMatchObject({
      key: "read/to",
      value: [1, null],
      last_updated_by: { kind: "api" },
    });
    expect((await app.ask("PUT", `${at}/x`, { value: 1 }, basic("user"))).status).toBe(403);
    expect((await app.ask("GET", at)).body.total_entries).toBe(1);
    expect((await app.ask("DELETE", at)).status).toBe(204);
    expect((await app.ask("GET", at)).body.total_entries).toBe(0);
    expect((await app.ask("GET", "/api/v2/assets/999999/state-store")).status).toBe(404);
  });
});

describe("a partition", () => {
  it("is named by whoever triggers a run of a Dag that goes by partitions, and by no other", async () => {
    const body = { logical_date: null, partition_key: "2026-01-01" };
    expect((await app.ask("POST", "/api/v2/dags/producer/dagRuns", body)).status).toBe(400);
    const made = await app.ask("POST", "/api/v2/dags/daily/dagRuns", body);
    expect(made.body, made.text).toMatchObject({ partition_key: "2026-01-01" });
    expect((await app.ask("GET", "/api/v2/dags/daily")).body).toMatchObject({
      timetable_partitioned: true,
      timetable_summary: "PartitionedAtRuntime",
    });
    const found = await app.ask("GET", "/api/v2/dags/~/dagRuns?partition_key_prefix_pattern=2026-01");
    expect(found.body.dag_runs.map((run: { dag_id: string }) => run.dag_id)).toEqual(["daily"]);
  });

  it("names the runs that are to be cleared, by its key or by when it begins", async () => {
    const path = "/api/v2/dags/daily/clearDagRuns";
    await app.ask("POST", "/api/v2/dags/daily/dagRuns", { logical_date: null, partition_key: "2026-01-02" });
    await app.database.database.execute(
      "update dag_run set partition_date = partition_key::timestamptz where dag_id = 'daily'",
    );
    const tasksOf = async (body: Readonly<Record<string, string>>) => {
      const { body: told, text } = await app.ask("POST", path, body);
      expect(told.total_entries, text).toBe(told.task_instances.length);
      return told.task_instances.length;
    };
    expect(await tasksOf({ partition_key: "2026-01-02" })).toBe(1);
    expect(await tasksOf({ partition_key: "2026-01" })).toBe(0);
    expect(await tasksOf({ partition_date_start: "2026-01-01T00:00:00Z" })).toBe(2);
    expect(await tasksOf({ partition_date_end: "2026-01-01T00:00:00Z" })).toBe(1);
    const done = await app.ask("POST", path, { partition_key: "2026-01-02", dry_run: false });
    expect(done.body, done.text).toMatchObject({ total_entries: 1, dag_runs: [{ partition_key: "2026-01-02" }] });
    const everywhere = await app.ask("POST", "/api/v2/dags/~/clearDagRuns", { partition_key: "2026-01-02" });
    expect(everywhere.status).toBe(400);
    expect((await app.ask("POST", path, { partition_key: "a", partition_date_end: "2026-01-01" })).status).toBe(422);
    await app.ask("DELETE", `/api/v2/dags/daily/dagRuns/${String(done.body.dag_runs[0].dag_run_id)}`);
  });

  it("is taken from its runs, which may be cleared along with it", async () => {
    const path = "/api/v2/dags/daily/clearPartitions";
    const body = { partition_key: "2026-01-01", clear_task_instances: true };
    const counted = { dag_runs_cleared: 1, task_instances_cleared: 1 };
    expect((await app.ask("POST", path, body)).body).toMatchObject({ ...counted, dry_run: true });
    expect((await app.ask("POST", path, { ...body, dry_run: false })).body).toMatchObject(counted);
    expect((await app.ask("POST", path, body)).body).toMatchObject({ dag_runs_cleared: 0 });
  });
});
