import type { ConnectionValue } from "@windlass/contract";
import type { TestConnection } from "../authoring/dag-test.ts";

const TYPES: Readonly<Record<string, string>> = { postgresql: "postgres" };

function decoded(text: string): string | null {
  return text === "" ? null : decodeURIComponent(text);
}

/** A connection out of an address, by the rules of Airflow's `AIRFLOW_CONN_*`; `sqlite:///path/to/file` names a file. */
function fromAddress(connectionId: string, address: string): ConnectionValue {
  const url = new URL(address);
  const scheme = url.protocol.slice(0, -1);
  const connType = TYPES[scheme] ?? scheme;
  const extra = Object.fromEntries(url.searchParams);
  const base = {
    connectionId,
    connType,
    login: decoded(url.username),
    password: decoded(url.password),
    port: url.port === "" ? null : Number(url.port),
    extra: Object.keys(extra).length === 0 ? null : JSON.stringify(extra),
  };
  if (connType === "sqlite") {
    const path = address.slice(address.indexOf("://") + 3).replace(/\?.*$/, "");
    // Airflow's form for a file with an absolute path has three slashes; `sqlite://:memory:` none.
    return { ...base, host: decodeURIComponent(path), schema: null };
  }
  return { ...base, host: decoded(url.hostname), schema: decoded(url.pathname.slice(1)) };
}

/** The connection that a test's handler gets. */
export function connectionOf(connectionId: string, given: TestConnection): ConnectionValue {
  if (typeof given === "string") return fromAddress(connectionId, given);
  return {
    connectionId,
    connType: given.connType,
    host: given.host ?? null,
    login: given.login ?? null,
    password: given.password ?? null,
    schema: given.schema ?? null,
    port: given.port ?? null,
    extra: given.extra === undefined ? null : JSON.stringify(given.extra),
  };
}
