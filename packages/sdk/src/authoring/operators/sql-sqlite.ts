import type { ConnectionValue, JsonValue } from "@windlass/contract";
import { FailWithoutRetry } from "../outcomes.ts";
import type { SqlRow } from "./sql.ts";

type SqliteValue = string | number | null;

function asSqlite(value: JsonValue): SqliteValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

function asJson(value: unknown): JsonValue {
  if (typeof value === "bigint") return value.toString();
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : (value as JsonValue);
}

/** Runs one statement on a SQLite file, which the connection names as its host or schema, as on Airflow. */
export async function querySqlite(
  connection: ConnectionValue,
  statement: string,
  parameters: readonly JsonValue[],
): Promise<readonly SqlRow[]> {
  const path = [connection.host, connection.schema].find((each) => each !== null && each !== "");
  if (path == null) {
    throw new FailWithoutRetry(
      `The connection "${connection.connectionId}" names no file: write its path as the host.`,
    );
  }
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(path);
  try {
    const rows = database.prepare(statement).all(...parameters.map(asSqlite));
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asJson(value)])));
  } finally {
    database.close();
  }
}
