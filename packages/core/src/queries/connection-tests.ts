import type { Instant } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";
import { firstOf } from "./conditions.ts";

/** A test of a connection that was asked for. */
export interface ConnectionTestRow {
  readonly token: string;
  readonly connectionId: string;
  readonly state: "pending" | "running" | "success" | "failed";
  readonly message: string | null;
  readonly createdAt: Instant;
}

/** A test by its token; undefined where there is none, or none any more. */
export async function findConnectionTest(sql: Sql, token: string): Promise<ConnectionTestRow | undefined> {
  return firstOf(
    await sql.query<ConnectionTestRow>(
      `select token, connection_id as "connectionId", state, result_message as message, created_at as "createdAt"
       from connection_test where token = $1`,
      [token],
    ),
  );
}
