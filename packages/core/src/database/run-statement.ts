import type pg from "pg";
import { DatabaseError, translateError } from "./database-error.ts";
import { statementName } from "./statement-names.ts";

/** Sends one statement on a connection. @throws DatabaseError */
export async function runStatement(
  client: pg.ClientBase,
  text: string,
  params: readonly unknown[] | undefined,
): Promise<pg.QueryResult> {
  const name = statementName(text);
  try {
    return await client.query({ text, values: params ? [...params] : [], ...(name === undefined ? {} : { name }) });
  } catch (error) {
    throw translateError(error, true);
  }
}

/** "Feature not supported": what a prepared statement answers whose plan no longer fits a changed schema. On a new connection it is prepared anew. */
export function isStalePlan(error: unknown): boolean {
  return error instanceof DatabaseError && error.sqlState === "0A000";
}
