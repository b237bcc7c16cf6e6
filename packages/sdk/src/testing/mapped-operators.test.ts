import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { startWebServer } from "../../test-support/http-server.ts";
import { serializeDag } from "../serialize/dag.ts";
import { definitionOf } from "../authoring/definition.ts";
import { Dag } from "../index.ts";

const folder = mkdtempSync(join(tmpdir(), "windlass-mapped-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a ready-made task in a mapped group", () => {
  it("runs a command for each element, whose value comes by the environment or as an argument", async () => {
    const dag = new Dag("bash");
    const names = dag.task("names", () => ["ada", "$(id); rm -rf /"])();
    dag.taskGroup("each").expand({ name: names, mark: ["!", "?"] }, (group, { name, mark }) => {
      const upper = group.bash("upper", { script: 'echo "${NAME^^}$MARK"', env: { NAME: name, MARK: mark } });
      group.bash("say", { argv: ["printf", "%s by %s", upper, name] });
    });
    const { state, xcoms } = await dag.test();
    expect(state).toBe("success");
    expect(xcoms["each.say"]?.["return_value"]).toEqual([
      "ADA! by ada",
      "ADA? by ada",
      "$(ID); RM -RF /! by $(id); rm -rf /",
      "$(ID); RM -RF /? by $(id); rm -rf /",
    ]);
  });

  it("runs a statement for each element, which is one of its parameters", async () => {
    const dag = new Dag("sql");
    const create = dag.sql("create", { connection: "file", statement: "create table t (a integer, b text)" });
    const group = dag.taskGroup("each");
    group.expand({ row: [1, 2] }, (each, { row }) => {
      each.sql("insert", {
        connection: "file",
        statements: [
          { statement: "insert into t values (?, ?)", parameters: [row, ({ mapIndex }) => `at ${mapIndex}`] },
        ],
        fetch: "none",
      });
    });
    create.before(group);
    const rows = dag.sql("rows", { connection: "file", statement: "select a, b from t order by a" });
    rows.after(group);
    const { state, xcoms } = await dag.test({ connections: { file: `sqlite://${join(folder, "test.db")}` } });
    expect(state).toBe("success");
    expect(xcoms["rows"]?.["return_value"]).toEqual([
      { a: 1, b: "at 0" },
      { a: 2, b: "at 1" },
    ]);
  });

  it("sends a request for each element, in its address, its query and within its body", async () => {
    const server = await startWebServer(({ body }, response) => void response.end(body));
    try {
      const dag = new Dag("http");
      const orders = dag.task("orders", () => [7, 8])();
      dag.taskGroup("each").expand({ order: orders }, (group, { order }) => {
        const path = group.task("path", ({ of }: { of: number }) => `/orders/${String(of)}`)({ of: order });
        group.http("send", { connection: "shop", path, query: { order }, json: { order, lines: [order] } });
      });
      expect((await dag.test({ connections: { shop: server.url } })).state).toBe("success");
      expect(server.seen.map(({ url, body }) => [url, body]).sort()).toEqual([
        ["/orders/7?order=7", '{"order":7,"lines":[7]}'],
        ["/orders/8?order=8", '{"order":8,"lines":[8]}'],
      ]);
    } finally {
      await server.stop();
    }
  });

  it("makes a run of another Dag for each element, which is its conf or a part of it", async () => {
    const dag = new Dag("trigger");
    dag.taskGroup("each").expand({ region: ["eu", "us"] }, (group, { region }) => {
      group.triggerDagRun("call", { dagId: "child", runId: region, conf: { region }, wait: "deferred" });
    });
    const { state, triggeredRuns } = await dag.test();
    expect(state).toBe("success");
    expect(triggeredRuns).toMatchObject([
      { mapIndex: 0, runId: "eu", conf: { region: "eu" } },
      { mapIndex: 1, runId: "us", conf: { region: "us" } },
    ]);
  });

  it("is shown with the argument in the place of its value", () => {
    const dag = new Dag("shown");
    dag.taskGroup("each").expand({ name: ["ada"] }, (group, { name }) => {
      group.bash("say", { script: 'echo "$NAME"', env: { NAME: name } });
    });
    const { dag: serialized } = serializeDag(definitionOf(dag), "shown.ts");
    expect(serialized?.tasks[0]?.templateFields).toMatchObject({ env: { NAME: "(element of name)" } });
  });
});
