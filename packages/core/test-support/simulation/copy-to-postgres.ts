import type { Database } from "@windlass/core/database";
import { syncDagFile } from "../../src/store/dags.ts";
import { testParseResult } from "../dag.ts";
import type { Tables } from "./tables.ts";

/**
 * Writes the rows of a world into an empty database, keys and all, so that the views of the invariants can be asked about them. Moments are moved so that
 * the world's now is the database's.
 */
export async function copyToPostgres(tables: Tables, database: Database): Promise<void> {
  const shiftMs = Date.now() - tables.nowMillis();
  // Versions have the keys that the sequence gives: one of each Dag, in their order.
  for (const { dag } of tables.versions.values())
    await database.transaction((tx) =>
      syncDagFile(tx, testParseResult(`${dag.dagId}.ts`, [dag]), { now: tables.now(), pausedAtCreation: false }),
    );
  const insert = async (table: string, rows: readonly object[]): Promise<void> => {
    if (rows.length === 0) return;
    const written = JSON.stringify(rows.map(snakeCase), (_, value: unknown) => moved(value, shiftMs));
    const columns = Object.keys(snakeCase(rows[0] ?? {})).map((name) => `"${name}"`);
    await database.execute(
      `insert into ${table} (${columns.join(", ")}) overriding system value
       select ${columns.join(", ")} from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
      [written],
    );
  };
  await insert(
    "pool",
    [...tables.pools.values()].filter(({ name }) => name !== "default_pool"),
  );
  await insert(
    "dag_run",
    [...tables.runs.values()].map((row) => ({ ...row, launchContext: {}, clearNumber: 0 })),
  );
  await insert(
    "task_instance",
    [...tables.instances.values()].map((row) => ({ ...row, unixname: "", renderedFields: {} })),
  );
  await insert("task_attempt", [...tables.attempts.values()]);
  await insert(
    "outbox",
    [...tables.outbox.values()].map((row, at) => ({
      ...row,
      ...{ id: at + 1, kind: "dispatch", payload: {}, createdAt: tables.now(), deliveries: 0 },
    })),
  );
  await insert(
    "event",
    tables.events.map((row) => ({ ...row, transactionId: "1" })),
  );
  await insert(
    "late_report",
    tables.lateReports.map((row, at) => ({ ...row, id: at + 1, at: tables.now() })),
  );
}

function snakeCase(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/u;

function moved(value: unknown, ms: number): unknown {
  if (typeof value !== "string" || !MOMENT.test(value)) return value;
  const millis = Date.parse(`${value.slice(0, 23)}Z`) + ms;
  return `${new Date(millis).toISOString().slice(0, 23)}${value.slice(23)}`;
}
