import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import * as theirs from "apache-airflow-ts-sdk";
import * as theirCoordinator from "apache-airflow-ts-sdk/coordinator";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import type { FromParser, ParseRequest, ParseResult } from "@windlass/contract";
import { startChild, type TalkingChild, temporaryFolder } from "../../test-support/child.ts";
import { runtimePaths } from "../runtime/index.ts";
import * as ours from "./index.ts";

const load = join(import.meta.dirname, "../../test-support/load.ts");
const dags = join(import.meta.dirname, "../../test/airflow-sdk-dags");

interface Tested {
  readonly dags: readonly string[];
  readonly errors: readonly string[];
  readonly state: string;
  readonly xcoms: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

async function test(path: string, options: object = {}): Promise<Tested> {
  const { stdout } = await promisify(execFile)(process.execPath, [load, path, JSON.stringify(options)]);
  return JSON.parse(stdout) as Tested;
}

describe("the entry for files written for Airflow's TypeScript SDK", () => {
  it("has everything that the package exports, and Bundle with its getters beside it", () => {
    const own = Object.keys(ours);
    expect(Object.keys({ ...theirs, ...theirCoordinator }).filter((name) => !own.includes(name))).toEqual([]);
    expect(own.filter((name) => !(name in theirs))).toEqual(["Bundle", "getClient", "getContext"]);
    expect(ours.SUPERVISOR_API_VERSION).toBe(theirs.SUPERVISOR_API_VERSION);
  });

  it("has the package's types", () => {
    expectTypeOf<ours.TaskContext>().toEqualTypeOf<theirs.TaskContext>();
    expectTypeOf<ours.TaskClient>().toEqualTypeOf<theirs.TaskClient>();
    expectTypeOf<ours.TaskHandlerArgs>().toEqualTypeOf<theirs.TaskHandlerArgs>();
    expectTypeOf<ours.TaskHandler>().toEqualTypeOf<theirs.TaskHandler>();
    expectTypeOf<ours.ConnectionResult>().toEqualTypeOf<theirs.ConnectionResult>();
    expectTypeOf<ours.GetXComOpts>().toEqualTypeOf<theirs.GetXComOpts>();
    expectTypeOf<ours.SetXComOpts>().toEqualTypeOf<theirs.SetXComOpts>();
    expectTypeOf<ours.JsonValue>().toEqualTypeOf<theirs.JsonValue>();
    expectTypeOf<ours.TaskRef>().toEqualTypeOf<theirs.TaskRef>();
    expectTypeOf<ours.TaskInputs>().toEqualTypeOf<theirs.TaskInputs>();
    expectTypeOf<ours.TaskOptions>().toEqualTypeOf<theirs.TaskOptions>();
    expectTypeOf<ours.TaskSpec>().toEqualTypeOf<theirs.TaskSpec>();
    expectTypeOf<ours.DagSpec>().toEqualTypeOf<theirs.DagSpec>();
    expectTypeOf(ours.serveDags).returns.toEqualTypeOf<ReturnType<typeof theirs.serveDags>>();
    expectTypeOf<keyof theirs.Dag>().toExtend<keyof ours.Dag>();
    expectTypeOf<keyof ours.DagRegistry>().toEqualTypeOf<keyof theirs.DagRegistry>();
    expectTypeOf<ours.VariableNotFoundError["key"]>().toEqualTypeOf<theirs.VariableNotFoundError["key"]>();
    expectTypeOf<ours.ConnectionNotFoundError["connId"]>().toEqualTypeOf<theirs.ConnectionNotFoundError["connId"]>();
  });

  it("runs tasks without inputs one after the other, since their order stood in a Python Dag", async () => {
    const found = await test(join(dags, "sales-pipeline.ts"), {
      connections: { sales_db: "postgres://u:p@db.example/sales" },
      variables: { daily_row_count: "12" },
    });
    expect(found).toEqual({
      dags: ["sales_pipeline"],
      errors: [],
      state: "success",
      xcoms: {
        extract: { return_value: { connectionId: "sales_db", rowCount: 12 } },
        transform: { return_value: { transformedRows: 12 } },
      },
    });
  });

  it("gives handlers the package's context, client and errors", async () => {
    const { state, xcoms } = await test(join(dags, "everything.ts"), {
      runId: "r1",
      connections: { db: "postgres://u:secret@db.example:5432/main" },
      variables: { greeting: "hello" },
    });
    expect(state).toBe("success");
    expect(xcoms["context"]).toEqual({
      return_value: { dagId: "everything", taskId: "context", runId: "r1", tryNumber: 1, mapIndex: -1, aborted: false },
    });
    const connection = { id: "db", host: "db.example", schema: "main", login: "u", password: "secret", port: 5432 };
    expect(xcoms["read"]).toMatchObject({ return_value: { ...connection, type: "postgres", greeting: "hello" } });
    const missing = [null, null, "variable none", "connection none"];
    expect(xcoms["missing"]).toEqual({ return_value: missing });
    const note = { from: "left", list: [1, "two", null, true] };
    expect(xcoms["left"]).toEqual({ note, return_value: { note, missing, no: null } });
    expect(xcoms["nothing"]).toBeUndefined();
  });
});

describe("the parser, given files written for Airflow's TypeScript SDK", () => {
  let parser: TalkingChild<ParseRequest, FromParser>;
  let lastId = 0;

  beforeAll(async () => {
    parser = startChild(runtimePaths.parser);
    await parser.next((message): message is Extract<FromParser, { type: "ready" }> => message.type === "ready");
  });
  afterAll(() => parser.stop());

  async function parse(dagsFolder: string, file: string): Promise<ParseResult> {
    const id = ++lastId;
    parser.send({ id, dagsFolder, file });
    type Parsed = Extract<FromParser, { type: "parsed" }>;
    return (await parser.next((message): message is Parsed => message.type === "parsed" && message.id === id)).result;
  }

  async function parseText(text: string): Promise<ParseResult> {
    const folder = temporaryFolder({ "file.ts": text });
    try {
      return await parse(folder.path, "file.ts");
    } finally {
      folder.remove();
    }
  }

  it("takes what a file serves, wherever it was made, and nothing of a file that only exports", async () => {
    const main = await parse(join(dags, "several-files"), "main.ts");
    expect([main.errors, main.dags.map((dag) => dag.dagId)]).toEqual([[], ["billing", "shipping"]]);
    const billing = await parse(join(dags, "several-files"), "billing.ts");
    expect([billing.errors, billing.dags]).toEqual([[], []]);
  });

  it("draws edges from inputs, which hand nothing on", async () => {
    const { dags: found, errors } = await parse(dags, "everything.ts");
    expect(errors).toEqual([]);
    expect(found[0]!.tasks.map((task) => [task.taskId, task.upstreamTaskIds, task.inputs])).toEqual([
      ["context", [], {}],
      ["read", ["context"], {}],
      ["missing", ["context"], {}],
      ["left", ["read", "missing"], {}],
      ["nothing", ["context"], {}],
    ]);
    expect(found[0]).toMatchObject({ schedule: { kind: "none" }, tags: [] });
  });

  it("loads Dags of a bundle with their options, spans in seconds, edges and groups", async () => {
    const { dags: found, errors } = await parseText(`
import { Bundle, Dag, getClient, getContext } from "apache-airflow-ts-sdk";
const dag = new Dag("ts_etl", { schedule: "@daily", catchup: true, startDate: new Date("2026-01-01"), tags: ["etl"], queue: "typescript",
  dagDisplayName: "ETL", dagrunTimeout: 3600 });
const extract = dag.task(async function extract(): Promise<number> { return 42; });
const load = dag.task("load", async ({ rows }: { rows: number }) => {
  await getClient().setXCom({ key: "of", value: getContext().taskId });
  return rows;
}, { retries: 2, retryDelay: 30, retryExponentialBackoff: 2, maxRetryDelay: 600, executionTimeout: 90, triggerRule: "all_done", queue: "typescript" });
const group = dag.taskGroup("checks");
const small = group.task(async ({ rows }: { rows: number }) => rows < 100, { taskId: "small" });
const last = dag.task("last", async () => null);
const loaded = load({ rows: extract() });
group.before(last().after(loaded));
small({ rows: loaded });
const bundle = new Bundle();
bundle.register(dag);
await bundle.serve();
`);
    expect(errors).toEqual([]);
    expect(found[0]).toMatchObject({
      dagId: "ts_etl",
      displayName: "ETL",
      catchup: true,
      tags: ["etl"],
      startDate: "2026-01-01T00:00:00.000000Z",
      dagrunTimeoutSeconds: 3600,
    });
    const tasks = Object.fromEntries(found[0]!.tasks.map((task) => [task.taskId, task]));
    expect(tasks["load"]).toMatchObject({
      upstreamTaskIds: ["extract"],
      inputs: { rows: { kind: "xcom", taskId: "extract" } },
      retry: { attempts: 2, delaySeconds: 30, backoff: "exponential", maxDelaySeconds: 600 },
      executionTimeoutSeconds: 90,
      triggerRule: "all_done",
      queue: "default",
    });
    expect(tasks["checks.small"]).toMatchObject({ upstreamTaskIds: ["load"], taskGroupId: "checks" });
    expect(tasks["last"]!.upstreamTaskIds.toSorted()).toEqual(["checks.small", "load"]);
  });

  it.each([
    ["a Dag that nobody serves", `new Dag("d").task("t", () => 1);`, "dag_file.not_served", "d"],
    [
      "options where a registry takes none",
      `await serveDags(new DagRegistry(new Dag("d", { schedule: "@daily" })));`,
      "dag_file.throws",
      "must be an empty object",
    ],
    [
      "an option of a task",
      `new Dag("d").task("t", () => 1, { spec: { retries: 1 } });`,
      "dag_file.throws",
      "must be an empty object",
    ],
    [
      "a task twice",
      `const d = new Dag("d"); d.task("t", () => 1); d.task("t", () => 2);`,
      "dag_file.throws",
      "already registered",
    ],
    [
      "an input that is no task",
      `new Dag("d").task("t", () => 1, { inputs: { n: 5 } });`,
      "dag_file.throws",
      "must be a task handle",
    ],
    [
      "an input of another Dag",
      `const t = new Dag("a").task("t", () => 1); new Dag("b").task("u", () => 2, { inputs: { t } });`,
      "dag_file.throws",
      'comes from Dag "a"',
    ],
    [
      "an unknown option beside inputs",
      `new Dag("d").task("t", () => 1, { inputs: {}, retry: 1 });`,
      "dag_file.throws",
      'Unknown option "retry"',
    ],
    ["a handler that is no function", `new Dag("d").task("t", 5);`, "dag_file.throws", "must be a function"],
    ["a Dag registered twice", `new DagRegistry(new Dag("d"), new Dag("d"));`, "dag_file.throws", "already registered"],
    ["something else in a registry", `new DagRegistry({ dagId: "d" });`, "dag_file.throws", "only Dag instances"],
    ["something else to serve", `await serveDags([new Dag("d")]);`, "dag_file.throws", "takes a DagRegistry"],
    [
      "a second serve",
      `await serveDags(new DagRegistry(new Dag("d"))); await serveDags(new DagRegistry());`,
      "dag_file.throws",
      "already called",
    ],
    [
      "a bundle's task that is never placed",
      `const d = new Dag("d"); d.task("t", () => 1); const b = new Bundle(); b.register(d); await b.serve();`,
      "dag_file.task_not_placed",
      "t",
    ],
    [
      "a bundle's unknown option",
      `const b = new Bundle(); b.register(new Dag("d", { shedule: "@daily" })); await b.serve();`,
      "dag_file.unknown_option",
      "shedule",
    ],
    [
      "a deep import",
      `import "apache-airflow-ts-sdk/dist/sdk/dag.js";`,
      "dag_file.import_missing",
      "apache-airflow-ts-sdk",
    ],
  ])("refuses %s, and says where", async (_what, text, code, said) => {
    const { dags: found, errors } = await parseText(
      `import { Bundle, Dag, DagRegistry, serveDags } from "apache-airflow-ts-sdk";\n${text}\n`,
    );
    expect(found).toEqual([]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code, file: "file.ts", line: 2 });
    expect(errors[0]!.reason).toContain(said);
  });
});
