import type { ConnectionParts } from "./sql.ts";

/** A connection URL of the parts; a folder as host goes into the query, as libpq and node-postgres both read it. */
export function connectionUrl(parts: ConnectionParts): string {
  const who = `${encodeURIComponent(parts.user)}:${encodeURIComponent(parts.password)}`;
  const database = encodeURIComponent(parts.database);
  return parts.host.startsWith("/")
    ? `postgresql://${who}@/${database}?host=${encodeURIComponent(parts.host)}&port=${String(parts.port)}`
    : `postgresql://${who}@${parts.host}:${String(parts.port)}/${database}`;
}

/** The same server and account, another database. */
export function withDatabase(url: string, database: string): string {
  return url.replace(/^([a-z]+:\/\/[^/]*\/)[^?]*/i, `$1${encodeURIComponent(database)}`);
}
