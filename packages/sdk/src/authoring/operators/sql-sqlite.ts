import type { ConnectionValue, JsonValue } from "@windlass/contract";
import { FailWithoutRetry } from "../outcomes.ts";
import { type SqlRow, type SqlSession, tooManyRows } from "./sql-session.ts";

type SqliteValue = string | number | null;

function asSqlite(value: JsonValue): SqliteValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

function asJson(value: unknown): JsonValue {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : (value as JsonValue);
}

/** Opens a SQLite file, which the connection names as its host or schema, as on Airflow. */
export async function openSqlite(connection: ConnectionValue): Promise<SqlSession> {
  const path = [connection.host, connection.schema].find((each) => each !== null && each !== "");
  if (path == null) {
    throw new FailWithoutRetry(
      `The connection "${connection.connectionId}" names no file: write its path as the host.`,
    );
  }
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(path);
  return {
    run: async (statement, parameters, limits) => {
      const prepared = database.prepare(statement);
      prepared.setReadBigInts(true);
      const values = parameters.map(asSqlite);
      if (prepared.columns().length === 0) return { rows: [], affected: Number(prepared.run(...values).changes) };
      const rows: SqlRow[] = [];
      let seen = 0;
      for (const row of prepared.iterate(...values)) {
        seen += 1;
        if (seen > limits.maxRows) throw tooManyRows(limits);
        if (limits.keep)
          rows.push(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asJson(value)])));
      }
      return { rows, affected: seen };
    },
    close: async () => database.close(),
  };
}
