import type pg from "pg";
import { translateError } from "./database-error.ts";
import { statementName } from "./statement-names.ts";

/** Sends one statement on a connection. @throws DatabaseError */
export async function runStatement(client: pg.ClientBase, text: string, params: readonly unknown[] | undefined): Promise<pg.QueryResult> {
  const name = statementName(text);
  try {
    return await client.query({ text, values: params ? [...params] : [], ...(name === undefined ? {} : { name }) });
  } catch (error) {
    throw translateError(error, true);
  }
}

/** Whether a statement failed only because the schema changed under its prepared plan; on a new connection it works. */
export function isStalePlan(error: unknown): boolean {
  return error instanceof Error && "sqlState" in error && error.sqlState === "0A000" && error.message.includes("cached plan");
}
