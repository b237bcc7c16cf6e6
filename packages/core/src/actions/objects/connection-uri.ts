import { type ConnectionValue, isJsonObject, type JsonValue } from "@windlass/contract";

/**
 * Reads a connection as `AIRFLOW_CONN_*` gives it: a JSON object, or a URI `type://login:password@host:port/schema?extra`. In a URI every part is
 * percent-decoded, and `__extra__` in the query is the extra as it stands; both as Airflow does it.
 * @returns undefined where the text is neither
 */
export function readConnection(connectionId: string, text: string): ConnectionValue | undefined {
  const trimmed = text.trim();
  return trimmed.startsWith("{") ? fromJson(connectionId, trimmed) : fromUri(connectionId, trimmed);
}

function fromJson(connectionId: string, text: string): ConnectionValue | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(parsed)) return undefined;
  const part = (name: string): string | null => {
    const value: JsonValue | undefined = parsed[name];
    return value === undefined || value === null ? null : typeof value === "string" ? value : JSON.stringify(value);
  };
  return {
    connectionId,
    connType: part("conn_type") ?? "",
    host: part("host"),
    login: part("login"),
    password: part("password"),
    schema: part("schema"),
    port: part("port") === null ? null : Number(part("port")),
    extra: part("extra"),
  };
}

function fromUri(connectionId: string, text: string): ConnectionValue | undefined {
  const parts = /^([\w+.-]+):\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^:/?]*)(?::(\d+))?(?:\/([^?]*))?(?:\?(.*))?$/.exec(text);
  if (!parts) return undefined;
  const [, scheme = "", login, password, host, port, schema, query] = parts;
  return {
    connectionId,
    // Airflow writes types with a hyphen in the scheme, since a scheme cannot hold an underscore.
    connType: scheme === "postgresql" ? "postgres" : scheme.replaceAll("-", "_"),
    host: decoded(host),
    login: decoded(login),
    password: decoded(password),
    schema: decoded(schema),
    port: port === undefined ? null : Number(port),
    extra: extraOf(query),
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

function extraOf(query: string | undefined): string | null {
  if (query === undefined || query === "") return null;
  const parameters = new URLSearchParams(query);
  return parameters.get("__extra__") ?? JSON.stringify(Object.fromEntries(parameters));
}
