import { type ConnectionValue, isJsonObject, type JsonValue } from "@windlass/contract";

/** Reads a connection as `AIRFLOW_CONN_*` gives it: JSON, or an address such as `postgres://user:password@host:5432/schema?sslmode=require`. */
export function readConnectionText(connectionId: string, text: string): ConnectionValue {
  return text.trimStart().startsWith("{") ? readJson(connectionId, text) : readAddress(connectionId, text);
}

const EMPTY = { host: null, login: null, password: null, schema: null, port: null, extra: null };

function readJson(connectionId: string, text: string): ConnectionValue {
  let parsed: JsonValue = null;
  try {
    parsed = JSON.parse(text) as JsonValue;
  } catch {
    // What cannot be read is a connection without anything, as on Airflow; the task then says what it misses.
  }
  if (!isJsonObject(parsed)) return { connectionId, connType: "generic", ...EMPTY };
  const given = parsed;
  const textOf = (name: string): string | null => {
    const value = given[name];
    return value === undefined || value === null ? null : typeof value === "string" ? value : JSON.stringify(value);
  };
  const port = Number(textOf("port") ?? Number.NaN);
  return {
    connectionId,
    connType: textOf("conn_type") ?? "generic",
    host: textOf("host"),
    login: textOf("login"),
    password: textOf("password"),
    schema: textOf("schema"),
    port: Number.isInteger(port) ? port : null,
    extra: textOf("extra"),
  };
}

const ADDRESS = /^([A-Za-z][\w+.-]*):\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^:/?]*)(?::(\d+))?(?:\/([^?]*))?(?:\?(.*))?$/s;

function readAddress(connectionId: string, text: string): ConnectionValue {
  const parts = ADDRESS.exec(text.trim());
  if (!parts) return { connectionId, connType: "generic", ...EMPTY };
  const [, scheme = "generic", login, password, host, port, schema, query] = parts;
  const options = Object.fromEntries(new URLSearchParams(query ?? ""));
  const { __extra__: extra, ...others } = options;
  return {
    connectionId,
    connType: scheme.replaceAll("-", "_"),
    host: decoded(host),
    login: decoded(login),
    password: decoded(password),
    schema: decoded(schema),
    port: port === undefined ? null : Number(port),
    extra: extra ?? (Object.keys(others).length > 0 ? JSON.stringify(others) : null),
  };
}

function decoded(part: string | undefined): string | null {
  if (part === undefined || part === "") return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
