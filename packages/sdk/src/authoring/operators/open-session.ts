import type { ConnectionValue } from "@windlass/contract";
import { FailWithoutRetry } from "../outcomes.ts";
import type { SqlSession } from "./sql-session.ts";

/** Opens a connection by its type. The drivers are loaded by the first task that needs one: a Dag file that only declares the task stays light. */
export async function openSession(connection: ConnectionValue, signal: AbortSignal): Promise<SqlSession> {
  signal.throwIfAborted();
  switch (connection.connType) {
    case "postgres":
    case "postgresql":
      return (await import("./sql-postgres.ts")).openPostgres(connection, signal);
    case "mysql":
    case "mariadb":
      return (await import("./sql-mysql.ts")).openMysql(connection, signal);
    case "sqlite":
      return (await import("./sql-sqlite.ts")).openSqlite(connection);
    default:
      throw new FailWithoutRetry(
        `The connection "${connection.connectionId}" is of type "${connection.connType}"; a sql task needs "postgres", "mysql" or "sqlite".`,
      );
  }
}
