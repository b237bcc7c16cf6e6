import type { ConnectionRow } from "@windlass/core/queries";
import type { Server } from "../../server.ts";
import { maskedExtra } from "../secrets.ts";

/** A connection as v1 lists it: neither password nor extra. */
export function connectionItem(connection: ConnectionRow): Record<string, unknown> {
  return {
    conn_type: connection.connType,
    connection_id: connection.connectionId,
    description: connection.description,
    host: connection.host,
    login: connection.login,
    port: connection.port,
    schema: connection.schema,
  };
}

/** One connection as v1 shows it, with its extra, secrets in it masked. */
export function connectionView(server: Server, connection: ConnectionRow): Record<string, unknown> {
  return { ...connectionItem(connection), extra: maskedExtra(server, connection) };
}
