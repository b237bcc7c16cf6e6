import { readFile } from "node:fs/promises";
import type { ConnectionValue, JsonObject, JsonValue } from "@windlass/contract";
import pg from "pg";
import { extraOf } from "./http-connection.ts";
import { type RowLimits, type SqlRow, type SqlSession, type StatementResult, tooManyRows } from "./sql-session.ts";

const INT8 = 20;

/** As the driver reads values, but whole numbers of 64 bits that JavaScript can hold are numbers: a count is one. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    Number(oid) === INT8 && format !== "binary"
      ? (text: string) => (Number.isSafeInteger(Number(text)) ? Number(text) : text)
      : (pg.types.getTypeParser(oid, format) as (text: string) => unknown),
};

/** Airflow's `sslmode` and certificates in the connection's extra, as the driver's setting. */
async function encryption(extra: JsonObject): Promise<pg.ClientConfig["ssl"]> {
  const read = async (name: string): Promise<string | undefined> => {
    const path = extra[name];
    return typeof path === "string" ? readFile(path, "utf8") : undefined;
  };
  const [ca, cert, key] = [await read("sslrootcert"), await read("sslcert"), await read("sslkey")];
  const files = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  switch (extra.sslmode) {
    case "require":
      return { ...files, rejectUnauthorized: false };
    case "verify-ca":
      return { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined };
    case "verify-full":
      return { ...files, rejectUnauthorized: true };
    default:
      return undefined;
  }
}

async function clientOf(connection: ConnectionValue): Promise<pg.Client> {
  const extra = extraOf(connection);
  return new pg.Client({
    host: connection.host ?? "localhost",
    port: connection.port ?? 5432,
    ...(connection.login === null ? {} : { user: connection.login }),
    ...(connection.password === null ? {} : { password: connection.password }),
    ...(connection.schema === null ? {} : { database: connection.schema }),
    ssl: await encryption(extra),
    ...(typeof extra.options === "string" && { options: extra.options }),
    application_name: "windlass task",
    types: TYPES,
  });
}

/** Asks the server to end the statement that a connection is busy with; the busy one then fails by itself. */
async function cancelStatement(connection: ConnectionValue, busy: pg.Client): Promise<void> {
  const pid = (busy as unknown as { readonly processID: number | null }).processID;
  const other = await clientOf(connection);
  try {
    await other.connect();
    await other.query("select pg_cancel_backend($1)", [pid]);
  } catch {
    // The server is gone, and so is the statement.
  } finally {
    await other.end().catch(() => undefined);
  }
}

function runQuery(
  client: pg.Client,
  statement: string,
  parameters: readonly JsonValue[],
  limits: RowLimits,
  stop: () => void,
): Promise<StatementResult> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query<Record<string, unknown>>(statement, [...parameters]);
    const rows: Record<string, unknown>[] = [];
    let seen = 0;
    query.on("row", (row: Record<string, unknown>) => {
      seen += 1;
      if (seen === limits.maxRows + 1) {
        reject(tooManyRows(limits));
        stop();
      } else if (limits.keep && seen <= limits.maxRows) rows.push(row);
    });
    query.on("error", reject);
    query.on("end", (result: { readonly rowCount: number | null }) =>
      resolve({ rows: JSON.parse(JSON.stringify(rows)) as SqlRow[], affected: result.rowCount }),
    );
    client.query(query);
  });
}

/** Opens a connection to PostgreSQL. */
export async function openPostgres(connection: ConnectionValue, signal: AbortSignal): Promise<SqlSession> {
  const client = await clientOf(connection);
  // A broken connection rejects the query; without a listener the same event would end the process.
  client.on("error", () => undefined);
  await client.connect();
  const stop = (): void => void cancelStatement(connection, client);
  signal.addEventListener("abort", stop, { once: true });
  return {
    run: async (statement, parameters, limits) => {
      signal.throwIfAborted();
      try {
        return await runQuery(client, statement, parameters, limits, stop);
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      }
    },
    close: async () => {
      signal.removeEventListener("abort", stop);
      await client.end().catch(() => undefined);
    },
  };
}
