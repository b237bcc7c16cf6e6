import type { Sql } from "../database/sql.ts";
import { Conditions, firstOf, type Ordering, type Page, type Paging } from "./conditions.ts";
import { selectPage } from "./select-page.ts";

/** A connection; password and extra are sealed, and only `ActionContext.secretBox` opens them. */
export interface ConnectionRow {
  readonly id: number;
  readonly connectionId: string;
  readonly connType: string;
  readonly description: string | null;
  readonly host: string | null;
  readonly login: string | null;
  readonly schema: string | null;
  readonly port: number | null;
  readonly password: Uint8Array | null;
  readonly extra: Uint8Array | null;
}

/** Columns behind the names. */
export const CONNECTION_SORTS = {
  id: "c.id",
  connectionId: "c.connection_id",
  connType: "c.conn_type",
  description: "c.description",
  host: "c.host",
  port: "c.port",
  login: "c.login",
  schema: "c.schema",
} as const;

const COLUMNS = `c.id, c.connection_id as "connectionId", c.conn_type as "connType", c.description, c.host, c.login, c.schema, c.port,
  c.password, c.extra`;

/** Connections. */
export async function listConnections(
  sql: Sql,
  filter: { readonly idPattern?: string | undefined; readonly idPrefix?: string | undefined },
  ordering: Ordering<keyof typeof CONNECTION_SORTS>,
  paging: Paging,
): Promise<Page<ConnectionRow>> {
  const conditions = new Conditions()
    .pattern("c.connection_id", filter.idPattern)
    .prefix("c.connection_id", filter.idPrefix);
  const from = "from connection c";
  return selectPage(sql, {
    columns: COLUMNS,
    from,
    conditions,
    sorts: CONNECTION_SORTS,
    ordering,
    last: "c.id",
    paging,
  });
}

/** One connection; undefined where there is none. */
export async function findConnection(sql: Sql, connectionId: string): Promise<ConnectionRow | undefined> {
  return firstOf(
    await sql.query<ConnectionRow>(`select ${COLUMNS} from connection c where c.connection_id = $1`, [connectionId]),
  );
}
