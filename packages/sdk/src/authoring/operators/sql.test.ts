import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testDatabase, type TestDatabase } from "@windlass/core/test-support";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MariaDb, startMariaDb } from "../../../test-support/mariadb.ts";
import "../../testing/index.ts";
import { Dag } from "../dag.ts";
import type { TestConnection } from "../dag-test.ts";
import type { SqlListOptions, SqlOptions } from "./sql.ts";

const mariaProgram = process.env["WINDLASS_MARIADB"] ?? "";

interface Engine {
  readonly name: string;
  readonly absent?: boolean;
  /** The n-th placeholder. */
  readonly value: (n: number) => string;
  readonly sleep?: string;
  start(): Promise<{ readonly connection: TestConnection; readonly stop: () => Promise<void> }>;
}

const engines: readonly Engine[] = [
  {
    name: "PostgreSQL",
    value: (n) => `$${String(n)}`,
    sleep: "select pg_sleep(60)",
    start: async () => {
      const db: TestDatabase = await testDatabase({ empty: true });
      const { host, port, user, password, database } = new pg.Client(db.url);
      return {
        connection: {
          connType: "postgres",
          host,
          port,
          login: user ?? "",
          password: password ?? "",
          schema: database ?? "",
        },
        stop: () => db.drop(),
      };
    },
  },
  {
    name: "MariaDB (needs WINDLASS_MARIADB)",
    absent: mariaProgram === "",
    value: () => "?",
    sleep: "select sleep(60)",
    start: async () => {
      const server: MariaDb = await startMariaDb(mariaProgram);
      return {
        connection: { connType: "mysql", login: "root", schema: "test", extra: { unix_socket: server.socket } },
        stop: () => server.stop(),
      };
    },
  },
  {
    name: "SQLite",
    value: () => "?",
    start: async () => {
      const folder = mkdtempSync(join(tmpdir(), "windlass-sql-"));
      return {
        connection: { connType: "sqlite", host: join(folder, "file.db") },
        stop: async () => rmSync(folder, { recursive: true }),
      };
    },
  },
];

for (const { name, absent = false, value, sleep, start } of engines) {
  describe.skipIf(absent)(`the sql operator on ${name}`, () => {
    let connection: TestConnection;
    let stop: () => Promise<void>;

    beforeAll(async () => {
      ({ connection, stop } = await start());
    });
    afterAll(() => stop());

    const ran = (dag: Dag) => dag.test({ connections: { store: connection } });
    const two = `${value(1)}, ${value(2)}`;

    it("gives rows as JSON, with values beside the text and counts as numbers", async () => {
      const dag = new Dag("rows");
      const nasty = dag.task("nasty", () => "'); drop table people; --")();
      const make = dag.sql("make", {
        connection: "store",
        statements: ["create table people (id integer, name varchar(50))"],
      });
      const fill = dag.sql("fill", {
        connection: "store",
        statement: `insert into people values (${two})`,
        parameters: [7, nasty],
        fetch: "none",
      });
      const read = dag.sql("read", { connection: "store", statement: "select id, name from people" });
      const count = dag.sql<{ n: number }>("count", {
        connection: "store",
        statement: "select count(*) as n from people",
        fetch: "one",
      });
      const nobody = dag.sql("nobody", {
        connection: "store",
        statement: `select id from people where id = ${value(1)}`,
        parameters: [({ tryNumber }) => tryNumber],
        fetch: "one",
      });
      make.before(fill);
      fill.before(read, count, nobody);
      const { state, xcoms } = await ran(dag);
      expect(state).toBe("success");
      expect(xcoms.fill).toEqual({ return_value: 1 });
      expect(xcoms.read).toEqual({ return_value: [{ id: 7, name: "'); drop table people; --" }] });
      expect(xcoms.count).toEqual({ return_value: { n: 1 } });
      expect(xcoms.nobody).toBeUndefined();
    });

    it("commits several statements together or not at all, unless each is to stand for itself", async () => {
      const table = (called: string) => `create table ${called} (a integer)`;
      await ran(oneTask("tables", { statements: [table("whole"), table("parts")] }));
      const failing = (called: string) => [`insert into ${called} values (1)`, "select nothing from nowhere"];
      const whole = await ran(oneTask("whole", { statements: failing("whole") }));
      expect(whole.state).toBe("failed");
      await ran(oneTask("parts", { statements: failing("parts"), autocommit: true }));
      const counted = await ran(
        oneTask("counts", {
          statements: [
            "select count(*) as n from whole",
            { statement: `select count(*) as n from parts where a < ${value(1)}`, parameters: [5] },
          ],
          returnLast: false,
        }),
      );
      expect(counted.xcoms.only).toEqual({ return_value: [[{ n: 0 }], [{ n: 1 }]] });
    });

    it("refuses more rows than it may give, and keeps none where nobody wants them", async () => {
      const three = "select 1 as a union all select 2 union all select 3";
      const many = await ran(oneTask("many", { statement: three, maxRows: 2 }));
      expect(many.taskInstances[0]?.error?.message).toMatch(/more than 2 rows/);
      expect((await ran(oneTask("fits", { statement: three, maxRows: 3 }))).xcoms.only?.return_value).toHaveLength(3);
      expect((await ran(oneTask("none", { statement: three, doXcomPush: false }))).xcoms.only).toBeUndefined();
    });

    it("asks a sensor's statement until its first value says yes", async () => {
      await ran(oneTask("queue", { statement: "create table queue (a integer)" }));
      const dag = new Dag("sensor");
      dag.sqlSensor("asks", { connection: "store", statement: "select count(*) from queue", timeout: "10m" });
      expect((await ran(dag)).taskInstances[0]).toMatchObject({ state: "failed", error: { name: "SensorTimeout" } });
      await ran(oneTask("fill_queue", { statement: "insert into queue values (4)" }));
      expect((await ran(dag)).state).toBe("success");

      const bad = new Dag("sensor_bad");
      bad.sqlSensor("asks", {
        connection: "store",
        statement: "select a from queue",
        failure: (found) => found === 4,
      });
      expect((await ran(bad)).taskInstances[0]?.error?.message).toBe("The statement's answer 4 means failure.");
      const empty = new Dag("sensor_empty");
      empty.sqlSensor("asks", { connection: "store", statement: "select a from queue where a = 5", failOnEmpty: true });
      expect((await ran(empty)).taskInstances[0]?.error?.name).toBe("SensorFailed");
    });

    if (sleep === undefined) return;

    it("ends the statement on the server where its time is up", async () => {
      const dag = new Dag("slow");
      const slow = dag.sql("slow", { connection: "store", statement: sleep, executionTimeout: "200ms" });
      // A server that goes on with it would keep the test from its end: the task behind looks until it is gone.
      const running =
        name === "PostgreSQL"
          ? "select count(*) as n from pg_stat_activity where state = 'active' and query like '%pg_sleep(60)%' and pid <> pg_backend_pid()"
          : "select count(*) as n from information_schema.processlist where info like 'select sleep(60)%'";
      const gone = dag.sqlSensor("gone", {
        connection: "store",
        statement: running,
        success: (count) => count === 0,
        triggerRule: "all_done",
        timeout: "1h",
      });
      slow.before(gone);
      const { taskInstances } = await ran(dag);
      expect(taskInstances.map((each) => [each.taskId, each.state, each.error?.kind])).toEqual([
        ["slow", "failed", "timeout"],
        ["gone", "success", undefined],
      ]);
    });
  });
}

function oneTask(dagId: string, options: Omit<SqlOptions, "connection"> | Omit<SqlListOptions, "connection">): Dag {
  const dag = new Dag(dagId);
  dag.sql("only", { connection: "store", ...options } as never);
  return dag;
}
