import type { ConnectionValue, JsonValue } from "@windlass/contract";
import type { TaskContext } from "../context.ts";
import { FailWithoutRetry } from "../outcomes.ts";
import type { TaskOptions } from "../task-options.ts";
import type { Operator } from "./operator.ts";
import { type OperatorValue, resolveValues, shown, wiredPart } from "./values.ts";

/** Options of `dag.sql`. */
export interface SqlOptions<P = Record<string, unknown>> extends TaskOptions {
  /** Id of a connection of type `postgres` or `sqlite`. */
  readonly connection: string;
  /** One statement, the same in every run. Values come in by `parameters`: `$1`, `$2` on PostgreSQL, `?` on SQLite. */
  readonly statement: string;
  /** Values for the statement's placeholders, in order. They are sent beside the text and never become part of it. */
  readonly parameters?: readonly OperatorValue<JsonValue, P>[];
}

const OPTION_NAMES = ["connection", "statement", "parameters"] as const;

/** One row of a result, by column. Numbers that JavaScript cannot hold exactly, and moments, arrive as text. */
export type SqlRow = { readonly [column: string]: JsonValue };

async function runStatement(
  connection: ConnectionValue,
  statement: string,
  parameters: readonly JsonValue[],
  context: TaskContext,
): Promise<readonly SqlRow[]> {
  // The drivers are loaded by the first task that needs one: a Dag file that only declares the task stays light.
  switch (connection.connType) {
    case "postgres":
    case "postgresql": {
      const { queryPostgres } = await import("./sql-postgres.ts");
      return queryPostgres(connection, statement, parameters, context.signal);
    }
    case "sqlite": {
      const { querySqlite } = await import("./sql-sqlite.ts");
      return querySqlite(connection, statement, parameters);
    }
    default:
      throw new FailWithoutRetry(
        `The connection "${connection.connectionId}" is of type "${connection.connType}"; a sql task needs "postgres" or "sqlite".`,
      );
  }
}

/** The sql operator. Its result is the statement's rows; a statement without rows gives an empty list. */
export function sqlOperator<P>(options: SqlOptions<P>): Operator {
  const parameters: Readonly<Record<string, unknown>> = { ...(options.parameters ?? []) };
  return {
    name: "sql",
    optionNames: OPTION_NAMES,
    inputs: { parameters: wiredPart(parameters) },
    templateFields: {
      connection: options.connection,
      statement: options.statement,
      parameters: shown(options.parameters ?? []),
    },
    handler: async (inputs, context) => {
      const values = Object.values(resolveValues(parameters, inputs.parameters as Record<string, unknown>, context));
      const connection = await context.client.getConnectionOrThrow(options.connection);
      const rows = await runStatement(connection, options.statement, values as JsonValue[], context);
      context.log.info(`The statement gave ${rows.length} rows.`, {
        connection: options.connection,
        rows: rows.length,
      });
      return rows;
    },
  };
}
