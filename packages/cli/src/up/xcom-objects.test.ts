import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { type ConfigOverrides, configValues, type ConnectionValue, type JsonValue } from "@windlass/contract";
import { createActionContext, readXCom } from "@windlass/core/actions";
import { runtimePaths } from "@windlass/sdk/runtime";
import { afterEach, describe, expect, it } from "vitest";
import { startS3Double, type S3Double } from "../../../core/test-support/s3-double.ts";
import { testEngine, type TestEngine } from "../../../core/test-support/test-engine.ts";

const KEYS = { accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

const DAG = `
import { Dag, getClient, getContext, lazy } from "windlass";
const dag = new Dag("large", { params: { count: { type: "integer", default: 40 } } });
const make = dag.task("make", () => {
  const { params, tryNumber } = getContext();
  return tryNumber === 2 ? ["small"] : Array.from({ length: params.count }, (_, at) => "x".repeat(100) + at);
});
const each = dag.task("each", ({ item }) => ({ item, padding: "y".repeat(2_000) }));
const whole = dag.task("whole", ({ items, wrapped }) => [items.length, wrapped.inside[0].length, Object.keys(process.env).length > 0]);
const all = dag.task("all", async ({ rows }) => {
  let count = 0;
  for await (const row of rows) count += row.padding.length === 2_000 ? 1 : 0;
  return { count, length: await rows.length(), last: (await rows.at(-1)).item.slice(100), middle: (await rows.slice(1, 3)).map((row) => row.item.slice(100)) };
});
const named = dag.task("named", async () => {
  const client = getClient();
  await client.setXcom("report", "z".repeat(5_000));
  const back = await client.getXcom({ taskId: "named", key: "report" });
  return [back.length, JSON.stringify(process.env).includes("AKID"), (await client.getXcom({ taskId: "make" })).length];
});
const made = make();
const mapped = each.expand({ item: made });
whole({ items: made, wrapped: { inside: [made] } });
all({ rows: lazy(mapped) });
named().after(made);
export default dag;
`;

let test: TestEngine;
let folder: string;
let store: S3Double | undefined;

async function start(overrides: ConfigOverrides, more: { xcomBackend?: string; dag?: string } = {}): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), "windlass-xcoms-"));
  mkdirSync(join(folder, "dags"));
  writeFileSync(join(folder, "dags/large.ts"), more.dag ?? DAG);
  const connection: ConnectionValue = {
    connectionId: "store",
    connType: "aws",
    host: null,
    login: KEYS.accessKey,
    password: KEYS.secretKey,
    schema: null,
    port: null,
    extra: JSON.stringify({ endpoint_url: store?.url, region_name: "eu-central-1" }),
  };
  test = await testEngine({
    runnerPath: runtimePaths.runner,
    parserPath: runtimePaths.parser,
    dagsFolder: join(folder, "dags"),
    environment: { PATH: process.env.PATH },
    config: configValues(overrides),
    secrets: { getConnection: async (id) => (id === "store" ? connection : null), getVariable: async () => null },
    xcomBackend: more.xcomBackend,
  });
  await test.engine.dagProcessor.runOnce();
}

afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  await test[Symbol.asyncDispose]();
  await store?.stop();
  store = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function reader(overrides: ConfigOverrides) {
  const actions = createActionContext({
    database: test.database,
    clock: test.clock,
    installationSecret: "test",
    config: configValues(overrides),
    environment: {
      AIRFLOW_CONN_STORE: JSON.stringify({
        conn_type: "aws",
        login: KEYS.accessKey,
        password: KEYS.secretKey,
        extra: { endpoint_url: store?.url, region_name: "eu-central-1" },
      }),
    },
  });
  return async (runId: string, taskId: string, key = "return_value", mapIndex = -1): Promise<JsonValue | undefined> =>
    (await readXCom(actions, { dagId: "large", runId, taskId, mapIndex, key }))?.value;
}

async function runIdOf(id: number): Promise<string> {
  const [row] = await test.database.query<{ run_id: string }>("select run_id from dag_run where id = $1", [id]);
  return row?.run_id ?? "";
}

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
}

async function sweep(): Promise<void> {
  for (const service of test.engine.services) {
    if (service.name === "xcom-sweeper") await (service as unknown as { runOnce(): Promise<void> }).runOnce();
  }
}

async function expectWhole(run: number, read: ReturnType<typeof reader>): Promise<void> {
  expect(await test.over(run)).toMatchObject({ state: "success" });
  const runId = await runIdOf(run);
  expect(await read(runId, "whole")).toEqual([40, 40, true]);
  expect(await read(runId, "all")).toEqual({ count: 40, length: 40, last: "39", middle: ["1", "2"] });
  expect(await read(runId, "named")).toEqual([5_000, false, 40]);
  expect(((await read(runId, "make")) as string[])[39]).toBe(`${"x".repeat(100)}39`);
  expect(await read(runId, "named", "report")).toHaveLength(5_000);
  expect(await read(runId, "each", "return_value", 7)).toMatchObject({ item: `${"x".repeat(100)}7` });
}

describe("XComs outside of the database", () => {
  it("lie in an object store that believes signatures only, are read everywhere, and go with their run", async () => {
    store = await startS3Double(KEYS);
    const config = {
      common_io: {
        xcom_objectstorage_path: "s3://store@bucket/xcoms",
        xcom_objectstorage_threshold: 1_000,
        xcom_objectstorage_compression: "gzip",
      },
    };
    await start(config);
    const run = await test.trigger("large", {}, { params: { count: 40 } });
    await expectWhole(run, reader(config));
    // make, 40 of each, and the named one; what is small stays in the database.
    expect(store.objects.size).toBe(42);
    expect(store.answers).not.toContain("PUT 403");
    const [[name, bytes] = ["", Buffer.alloc(0)]] = store.objects;
    expect(name).toMatch(/^bucket\/xcoms\/large\/manual__[^/]+\/\w+\/[\w-]+\.json\.gz$/);
    expect(() => JSON.parse(gunzipSync(bytes).toString()) as unknown).not.toThrow();
    const rows = await test.database.query<{ inside: number }>(
      "select count(*) filter (where x.value is not null) as inside from xcom x where object is not null",
    );
    expect(rows).toEqual([{ inside: 0 }]);

    await sweep();
    expect(store.objects.size).toBe(42);
    await test.database.execute("delete from dag_run where id = $1", [run]);
    store.isDown = true;
    await sweep();
    expect(store.objects.size).toBe(42);
    expect(test.problems.join("\n")).toMatch(/xcom-sweeper.*503/s);
    store.isDown = false;
    await sweep();
    expect(store.objects.size).toBe(0);
  });

  it("lie in a folder, and those that no XCom names are swept: of a try before, of an attempt that died", async () => {
    const place = mkdtempSync(join(tmpdir(), "windlass-xcom-folder-"));
    const config = {
      common_io: { xcom_objectstorage_path: pathToFileURL(place).href, xcom_objectstorage_threshold: 1_000 },
    };
    await start(config);
    const run = await test.trigger("large", {}, { params: { count: 40 } });
    await expectWhole(run, reader(config));
    expect(filesIn(place)).toHaveLength(42);

    const [made] = await test.database.query<{ address: string }>(
      "select object as address from xcom x join task_instance t on t.id = x.task_instance_id where t.task_id = 'make'",
    );
    // What a new try does to its rows.
    await test.database.execute("delete from xcom where object = $1", [made?.address]);
    // An attempt that wrote and died before its report.
    writeFileSync(join(place, "left.json"), "1");
    const left = pathToFileURL(join(place, "left.json")).href;
    await test.database.execute("insert into xcom_object (address, attempt_id) values ($1, $2)", [left, randomUUID()]);
    await sweep();
    expect(filesIn(place)).toHaveLength(41);
    expect(filesIn(place).map((each) => pathToFileURL(each).href)).not.toContain(made?.address);
    expect(readFileSync(filesIn(place)[0] ?? "", "utf8")).toMatch(/^[[{"]/);

    // A writer that was taken for lost may write once more; in the end that is deleted too, and forgotten.
    writeFileSync(join(place, "left.json"), "1");
    await test.database.execute("update xcom_object set created_at = created_at - interval '2 hours'");
    await sweep();
    expect(filesIn(place)).toHaveLength(41);
    expect(await test.database.query("select 1 from xcom_object where deleted_at is not null")).toEqual([]);
    rmSync(place, { recursive: true });
  });

  it("never pass through the server, however large: 200 MB from one task to the next", async () => {
    const place = mkdtempSync(join(tmpdir(), "windlass-xcom-large-"));
    const dag = `
      import { Dag } from "windlass";
      const dag = new Dag("large");
      const make = dag.task("make", () => ["x".repeat(200 * 1024 * 1024)]);
      dag.task("take", ({ rows }) => rows[0].length)({ rows: make() });
      export default dag;`;
    const config = { common_io: { xcom_objectstorage_path: pathToFileURL(place).href } };
    await start(config, { dag });
    const before = process.memoryUsage().rss;
    const run = await test.trigger("large");
    expect(await test.over(run)).toMatchObject({ state: "success" });
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
    const read = reader(config);
    const runId = await runIdOf(run);
    expect(await read(runId, "take")).toBe(200 * 1024 * 1024);
    // What no answer should hold is told by its address.
    expect(await read(runId, "make")).toMatch(/^file:.*\.json$/);
    rmSync(place, { recursive: true });
  });

  it("are made and read by the author's own module where tasks run", async () => {
    const modules = mkdtempSync(join(tmpdir(), "windlass-xcom-module-"));
    const path = join(modules, "backend.mjs");
    writeFileSync(
      path,
      `export const serialize = (value, { taskId, key }) => ({ by: taskId + "." + key, hex: Buffer.from(JSON.stringify(value)).toString("hex") });
       export const deserialize = ({ hex }) => JSON.parse(Buffer.from(hex, "hex").toString());`,
    );
    const config = { core: { max_xcom_bytes: 100_000 } };
    await start(config, { xcomBackend: path });
    const run = await test.trigger("large", {}, { params: { count: 40 } });
    expect(await test.over(run)).toMatchObject({ state: "success" });
    const stored = (await reader(config)(await runIdOf(run), "whole")) as { by: string; hex: string };
    expect(stored.by).toBe("whole.return_value");
    expect(JSON.parse(Buffer.from(stored.hex, "hex").toString())).toEqual([40, 40, true]);
    rmSync(modules, { recursive: true });
  });

  it("are refused where they are too large and there is no place for them, by the result and by name", async () => {
    const dag = `
      import { Dag, getClient } from "windlass";
      const dag = new Dag("large");
      dag.task("result", () => "x".repeat(300_000))();
      dag.task("named", async () => { await getClient().setXcom("big", "x".repeat(300_000)); })();
      export default dag;`;
    await start({}, { dag });
    const run = await test.trigger("large");
    expect(await test.over(run)).toMatchObject({ state: "failed", tasks: { result: "failed", named: "failed" } });
    const errors = await test.database.query<{ kind: string; message: string }>(
      "select error ->> 'kind' as kind, error ->> 'message' as message from task_instance order by task_id",
    );
    expect(errors.map((each) => each.kind)).toEqual(["error", "xcom-too-large"]);
    for (const { message } of errors) expect(message).toMatch(/300002 bytes as XCom; 262144 are allowed/);
  });
});
