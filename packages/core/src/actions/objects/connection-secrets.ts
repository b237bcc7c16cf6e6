import type { ConnectionValue } from "@windlass/contract";
import type { Sql } from "../../database/sql.ts";
import { type ConnectionRow, findConnection } from "../../store/connections.ts";
import { findVariable } from "../../store/variables.ts";
import type { ActionContext } from "../context.ts";
import type { SecretPlace } from "../secret-box.ts";
import { connectionVariable, variableVariable } from "./environment.ts";
import { readConnectionText } from "./read-connection-text.ts";

type Opener = Pick<ActionContext, "secretBox">;
type Reader = Pick<ActionContext, "secretBox" | "environment">;

/** Where a connection's secret belongs. */
export function connectionPlace(connectionId: string, column: "password" | "extra"): SecretPlace {
  return { table: "connection", column, row: connectionId };
}

/** Where a variable's value belongs. */
export function variablePlace(key: string): SecretPlace {
  return { table: "variable", column: "value", row: key };
}

/** Password and extra of a stored connection in the clear; for tasks and for masking, never for an answer as they are. */
export function openConnection(
  context: Opener,
  row: Pick<ConnectionRow, "connectionId" | "password" | "extra">,
): { readonly password: string | null; readonly extra: string | null } {
  const open = (column: "password" | "extra"): string | null => {
    const sealed = row[column];
    return sealed === null ? null : context.secretBox.open(sealed, connectionPlace(row.connectionId, column));
  };
  return { password: open("password"), extra: open("extra") };
}

/** A stored variable's value in the clear. */
export function openVariable(context: Opener, row: { readonly key: string; readonly value: Uint8Array }): string {
  return context.secretBox.open(row.value, variablePlace(row.key));
}

/** A connection as a task gets it: the environment's first, as on Airflow, then the stored one; undefined where there is neither. */
export async function resolveConnection(
  context: Reader,
  sql: Sql,
  connectionId: string,
): Promise<ConnectionValue | undefined> {
  const given = context.environment[connectionVariable(connectionId)];
  if (given !== undefined) return readConnectionText(connectionId, given);
  const row = await findConnection(sql, connectionId);
  if (!row) return undefined;
  const { connType, host, login, schema, port } = row;
  return { connectionId, connType, host, login, schema, port, ...openConnection(context, row) };
}

/** A variable's value as a task gets it; undefined where there is none. */
export async function resolveVariable(context: Reader, sql: Sql, key: string): Promise<string | undefined> {
  const given = context.environment[variableVariable(key)];
  if (given !== undefined) return given;
  const row = await findVariable(sql, key);
  return row && openVariable(context, row);
}
