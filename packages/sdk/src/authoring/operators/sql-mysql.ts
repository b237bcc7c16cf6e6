import { readFile } from "node:fs/promises";
import { type ConnectionValue, isJsonObject, type JsonObject, type JsonValue } from "@windlass/contract";
import mysql, { type Connection, type ConnectionOptions } from "mysql2";
import { extraOf } from "./http-connection.ts";
import { type RowLimits, type SqlRow, type SqlSession, type StatementResult, tooManyRows } from "./sql-session.ts";

const CONNECT_TIMEOUT_MS = 10_000;

/** Airflow's `ssl` (an object of paths) and `ssl_mode` in the connection's extra. */
async function encryption({ ssl, ssl_mode: mode }: JsonObject): Promise<ConnectionOptions["ssl"]> {
  const paths: JsonObject = isJsonObject(ssl ?? null) ? (ssl as JsonObject) : {};
  const read = async (name: string): Promise<string | undefined> => {
    const path = paths[name];
    return typeof path === "string" ? readFile(path, "utf8") : undefined;
  };
  const wanted = typeof mode === "string" ? mode.toUpperCase() : "";
  if (wanted === "DISABLED" || (Object.keys(paths).length === 0 && !/^(REQUIRED|VERIFY)/.test(wanted)))
    return undefined;
  const [ca, cert, key] = [await read("ca"), await read("cert"), await read("key")];
  const verifies = wanted === "" ? ca !== undefined : wanted.startsWith("VERIFY");
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    rejectUnauthorized: verifies,
    verifyIdentity: wanted === "VERIFY_IDENTITY",
  };
}

async function optionsOf(connection: ConnectionValue): Promise<ConnectionOptions> {
  const extra = extraOf(connection);
  const ssl = await encryption(extra);
  return {
    host: connection.host ?? "localhost",
    port: connection.port ?? 3306,
    ...(connection.login === null ? {} : { user: connection.login }),
    ...(connection.password === null ? {} : { password: connection.password }),
    ...(connection.schema === null ? {} : { database: connection.schema }),
    ...(ssl !== undefined && { ssl }),
    ...(typeof extra.unix_socket === "string" && { socketPath: extra.unix_socket }),
    ...(typeof extra.charset === "string" && { charset: extra.charset }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Moments as the server writes them: a Date would take them through the machine's zone and lose digits.
    dateStrings: true,
    supportBigNumbers: true,
    // One text, one statement: what a value holds can never begin another.
    multipleStatements: false,
  };
}

function connected(options: ConnectionOptions): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection = mysql.createConnection(options);
    // A broken connection fails the statement; without a listener the same event would end the process.
    connection.on("error", () => undefined);
    connection.connect((error) => (error === null ? resolve(connection) : reject(error)));
  });
}

/** Asks the server to end the statement that a connection is busy with. */
async function cancelStatement(options: ConnectionOptions, busy: Connection): Promise<void> {
  try {
    const other = await connected(options);
    other.query(`kill query ${String(Number(busy.threadId))}`, () => {
      other.end();
    });
  } catch {
    // The server is gone, and so is the statement.
  }
}

function asParameter(value: JsonValue): string | number | boolean | null {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

function asJson(value: unknown): JsonValue {
  if (typeof value === "bigint") return value.toString();
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : (value as JsonValue);
}

function plainRow(row: Record<string, unknown>): SqlRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asJson(value)]));
}

function runQuery(
  connection: Connection,
  statement: string,
  parameters: readonly JsonValue[],
  limits: RowLimits,
): Promise<StatementResult> {
  return new Promise((resolve, reject) => {
    // Prepared where there are values, so that they travel beside the text; some statements cannot be prepared.
    const query =
      parameters.length === 0
        ? connection.query(statement)
        : connection.execute(statement, parameters.map(asParameter));
    const rows: SqlRow[] = [];
    let seen = 0;
    let affected: number | null = null;
    query.on("result", (row: unknown) => {
      const given = row as Record<string, unknown>;
      if (given.constructor.name === "ResultSetHeader") {
        affected = Number(given.affectedRows);
        return;
      }
      seen += 1;
      if (seen === limits.maxRows + 1) {
        reject(tooManyRows(limits));
        connection.destroy();
      } else if (limits.keep && seen <= limits.maxRows) rows.push(plainRow(given));
    });
    query.on("error", reject);
    query.on("end", () => resolve({ rows, affected: affected ?? seen }));
  });
}

/** Opens a connection to MySQL or MariaDB. */
export async function openMysql(connection: ConnectionValue, signal: AbortSignal): Promise<SqlSession> {
  const options = await optionsOf(connection);
  const session = await connected(options);
  const stop = (): void => void cancelStatement(options, session);
  signal.addEventListener("abort", stop, { once: true });
  return {
    run: async (statement, parameters, limits) => {
      signal.throwIfAborted();
      try {
        return await runQuery(session, statement, parameters, limits);
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      }
    },
    close: async () => {
      signal.removeEventListener("abort", stop);
      await new Promise<void>((resolve) => session.end(() => resolve()));
    },
  };
}
