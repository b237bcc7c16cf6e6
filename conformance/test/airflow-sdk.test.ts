import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runtimePaths } from "@windlass/sdk/runtime";
import { testEngine } from "../../packages/core/test-support/test-engine.ts";

const DAGS = join(import.meta.dirname, "../../packages/sdk/test/airflow-sdk-dags");
const DB = {
  connType: "postgres",
  host: "db.example",
  login: "u",
  password: "p",
  schema: "main",
  port: 5432,
  extra: null,
};

describe("files written for Airflow's TypeScript SDK, in production", () => {
  it("are parsed and run as they are, where their package is not installed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "windlass-airflow-sdk-"));
    try {
      await cp(DAGS, join(folder, "dags"), { recursive: true });
      await using test = await testEngine({
        folder,
        runnerPath: runtimePaths.runner,
        parserPath: runtimePaths.parser,
        secrets: {
          getConnection: async (connectionId) => (connectionId === "none" ? null : { connectionId, ...DB }),
          getVariable: async (key) => ({ greeting: "hello", daily_row_count: "12" })[key] ?? null,
        },
      });
      const { database } = test;
      await test.engine.dagProcessor.settled.next();
      expect(await database.query("select * from import_error")).toEqual([]);
      const dagIds = (await database.query<{ dag_id: string }>("select dag_id from dag order by dag_id")).map(
        (row) => row.dag_id,
      );
      expect(dagIds).toEqual(["billing", "everything", "sales_pipeline", "shipping"]);
      const runs = await Promise.all(dagIds.map((dagId) => test.trigger(dagId)));
      for (const run of runs) expect(await test.over(run)).toMatchObject({ state: "success" });
      const rows = await database.query<{ place: string; value: unknown }>(
        `select r.dag_id || '.' || t.task_id || '.' || x.key as place, x.value
         from xcom x join task_instance t on t.id = x.task_instance_id join dag_run r on r.id = t.dag_run_id`,
      );
      const xcoms = Object.fromEntries(rows.map(({ place, value }) => [place, value]));
      expect(xcoms).toMatchObject({
        "billing.bill.return_value": "billed in try 1",
        "shipping.ship.return_value": "shipped",
        "sales_pipeline.extract.return_value": { connectionId: "sales_db", rowCount: 12 },
        "sales_pipeline.transform.return_value": { transformedRows: 12 },
        "everything.read.return_value": { id: "db", type: "postgres", greeting: "hello" },
        "everything.missing.return_value": [null, null, "variable none", "connection none"],
        "everything.left.note": { from: "left", list: [1, "two", null, true] },
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
