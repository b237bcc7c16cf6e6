import type { Sql } from "../database/sql.ts";

/** A connection as stored; password and extra are sealed. */
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

interface Raw {
  id: number;
  connection_id: string;
  conn_type: string;
  description: string | null;
  host: string | null;
  login: string | null;
  schema: string | null;
  port: number | null;
  password: Buffer | null;
  extra: Buffer | null;
}

function toConnection(row: Raw): ConnectionRow {
  return {
    id: row.id,
    connectionId: row.connection_id,
    connType: row.conn_type,
    description: row.description,
    host: row.host,
    login: row.login,
    schema: row.schema,
    port: row.port,
    password: row.password,
    extra: row.extra,
  };
}

/** A connection by its id. */
export async function findConnection(sql: Sql, connectionId: string): Promise<ConnectionRow | undefined> {
  const rows = await sql.query<Raw>(`select * from connection where connection_id = $1`, [connectionId]);
  return rows[0] && toConnection(rows[0]);
}

/** The ids of all connections, for "did you mean". */
export async function listConnectionIds(sql: Sql): Promise<readonly string[]> {
  return (
    await sql.query<{ connection_id: string }>(`select connection_id from connection order by connection_id limit 5000`)
  ).map((row) => row.connection_id);
}

/** Stores a new connection. @throws DatabaseError (unique, `connection_pkey`) */
export async function insertConnection(sql: Sql, connection: Omit<ConnectionRow, "id">): Promise<void> {
  await sql.execute(
    `insert into connection (connection_id, conn_type, description, host, login, schema, port, password, extra) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    values(connection),
  );
}

/** Writes all fields of a connection. @returns whether it is there */
export async function updateConnection(sql: Sql, connection: Omit<ConnectionRow, "id">): Promise<boolean> {
  const changed = await sql.execute(
    `update connection set conn_type = $2, description = $3, host = $4, login = $5, schema = $6, port = $7, password = $8, extra = $9 where connection_id = $1`,
    values(connection),
  );
  return changed > 0;
}

/** Deletes a connection. @returns whether it was there */
export async function deleteConnection(sql: Sql, connectionId: string): Promise<boolean> {
  return (await sql.execute(`delete from connection where connection_id = $1`, [connectionId])) > 0;
}

function values(connection: Omit<ConnectionRow, "id">): readonly unknown[] {
  const bytes = (sealed: Uint8Array | null): Buffer | null => (sealed === null ? null : Buffer.from(sealed));
  return [
    connection.connectionId,
    connection.connType,
    connection.description,
    connection.host,
    connection.login,
    connection.schema,
    connection.port,
    bytes(connection.password),
    bytes(connection.extra),
  ];
}
