import { type ConnectionValue, isJsonObject, type JsonValue } from "@windlass/contract";
import pg from "pg";
import type { SqlRow } from "./sql.ts";

/** Airflow's `sslmode` in the connection's extra, as the driver's setting. */
function encryption(connection: ConnectionValue): pg.ClientConfig["ssl"] {
  const extra: unknown = connection.extra === null || connection.extra === "" ? {} : JSON.parse(connection.extra);
  const mode = isJsonObject(extra) && typeof extra.sslmode === "string" ? extra.sslmode : "prefer";
  if (mode === "require" || mode === "verify-ca") return { rejectUnauthorized: false };
  return mode === "verify-full" ? true : undefined;
}

function clientOf(connection: ConnectionValue): pg.Client {
  return new pg.Client({
    host: connection.host ?? "localhost",
    port: connection.port ?? 5432,
    ...(connection.login === null ? {} : { user: connection.login }),
    ...(connection.password === null ? {} : { password: connection.password }),
    ...(connection.schema === null ? {} : { database: connection.schema }),
    ssl: encryption(connection),
    application_name: "windlass task",
  });
}

/** Asks the server to end the statement that a connection is busy with; the busy one then fails by itself. */
async function cancelStatement(connection: ConnectionValue, busy: pg.Client): Promise<void> {
  const pid = (busy as unknown as { readonly processID: number | null }).processID;
  const other = clientOf(connection);
  try {
    await other.connect();
    await other.query("select pg_cancel_backend($1)", [pid]);
  } catch {
    // The server is gone, and so is the statement.
  } finally {
    await other.end().catch(() => undefined);
  }
}

/** Runs one statement on PostgreSQL and gives its rows. A cancelled task cancels the statement on the server. */
export async function queryPostgres(
  connection: ConnectionValue,
  statement: string,
  parameters: readonly JsonValue[],
  signal: AbortSignal,
): Promise<readonly SqlRow[]> {
  signal.throwIfAborted();
  const client = clientOf(connection);
  // A broken connection rejects the query; without a listener the same event would end the process.
  client.on("error", () => undefined);
  await client.connect();
  const onAbort = (): void => void cancelStatement(connection, client);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const result = await client.query<Record<string, unknown>>(statement, [...parameters]);
    return JSON.parse(JSON.stringify(result.rows)) as SqlRow[];
  } finally {
    signal.removeEventListener("abort", onAbort);
    await client.end();
  }
}
