import type { JsonValue } from "@windlass/contract";
import type { OptionReader } from "../../serialize/option-reader.ts";
import type { TaskContext } from "../context.ts";
import type { TaskOptions } from "../task-options.ts";
import type { Operator } from "./operator.ts";
import { openSession } from "./open-session.ts";
import type { RowLimits, SqlSession, StatementResult } from "./sql-session.ts";
import { type OperatorValue, resolveValue, resolveValues, shown, wiredPart } from "./values.ts";

/** A statement with its values. */
export interface SqlStatement<P = Record<string, unknown>> {
  /** Its text, the same in every run: `$1`, `$2` for values on PostgreSQL, `?` on MySQL and SQLite. */
  readonly statement: string;
  /** Values for the statement's placeholders, in order. They are sent beside the text and never become part of it. */
  readonly parameters?: readonly OperatorValue<JsonValue, P>[];
}

/** What every sql task takes. */
export interface SqlBase<P = Record<string, unknown>> {
  /** Id of a connection of type `postgres`, `mysql` or `sqlite`. */
  readonly connection: string | ((context: TaskContext<P>) => string);
}

/** What a sql task does with its rows. */
interface SqlReading {
  /**
   * What becomes the task's result: all rows, the first one (null where there is none), or nothing but the number of rows that were changed.
   * @default "all"
   */
  readonly fetch?: "all" | "one" | "none";
  /** More rows than this fail the task. @default 100000 */
  readonly maxRows?: number;
}

/** Options of `dag.sql` with one statement. */
export interface SqlOptions<P = Record<string, unknown>> extends TaskOptions, SqlBase<P>, SqlReading, SqlStatement<P> {
  readonly statements?: never;
}

/** Options of `dag.sql` with several statements, which run one after the other on one connection. */
export interface SqlListOptions<P = Record<string, unknown>> extends TaskOptions, SqlBase<P>, SqlReading {
  readonly statements: readonly (string | SqlStatement<P>)[];
  readonly statement?: never;
  readonly parameters?: never;
  /** Whether the result is that of the last statement, or the list of all results. @default true, as on Airflow */
  readonly returnLast?: boolean;
  /** true: each statement is committed by itself; false: all of them together, or none. @default false */
  readonly autocommit?: boolean;
}

export type { SqlRow } from "./sql-session.ts";

const OPTION_NAMES = [
  "connection",
  "statement",
  "parameters",
  "statements",
  "fetch",
  "maxRows",
  "returnLast",
  "autocommit",
] as const;
const MAX_ROWS = 100_000;

/** Notes what is wrong with a connection and a statement. */
export function checkSql(reader: OptionReader): void {
  reader.requiredOrComputed("connection");
  reader.list("parameters", "a list of values");
}

function checkOptions(reader: OptionReader): void {
  reader.requiredOrComputed("connection");
  if (reader.has("statements")) {
    if (reader.has("statement")) reader.refuse("statements", "left out beside statement");
    const isStatement = (each: unknown): boolean =>
      (typeof each === "string" && each !== "") ||
      (typeof each === "object" && each !== null && typeof (each as { statement?: unknown }).statement === "string");
    reader.list("statements", "a list of statements, each a text or { statement, parameters }", isStatement);
  } else {
    reader.required("statement");
    reader.list("parameters", "a list of values");
    for (const name of ["returnLast", "autocommit"])
      if (reader.has(name)) reader.refuse(name, "left out, where there are no statements");
  }
  reader.choice("fetch", "all", ["all", "one", "none"]);
  reader.count("maxRows", null, 1);
  reader.flag("returnLast", true);
  reader.flag("autocommit", false);
}

/** A statement's values as the task's inputs and back. */
export function parameterParts<P>(statements: readonly SqlStatement<P>[]): {
  readonly inputs: Record<string, unknown>;
  readonly valuesOf: (
    at: number,
    inputs: Readonly<Record<string, unknown>>,
    context: TaskContext,
  ) => readonly JsonValue[];
} {
  const given = statements.map(({ parameters = [] }): Readonly<Record<string, unknown>> => ({ ...parameters }));
  return {
    inputs: Object.fromEntries(given.map((each, at) => [String(at), wiredPart(each)])),
    valuesOf: (at, inputs, context) =>
      Object.values(
        resolveValues(given[at] ?? {}, (inputs[String(at)] ?? {}) as Record<string, unknown>, context),
      ) as JsonValue[],
  };
}

function resultOf({ rows, affected }: StatementResult, fetch: SqlReading["fetch"]): unknown {
  if (fetch === "none") return affected;
  return fetch === "one" ? (rows[0] ?? null) : rows;
}

/** The sql operator, after Airflow's SQLExecuteQueryOperator. */
export function sqlOperator<P>(options: SqlOptions<P> | SqlListOptions<P>): Operator {
  const list: readonly (string | SqlStatement<P>)[] = Array.isArray(options.statements)
    ? (options.statements as readonly (string | SqlStatement<P>)[])
    : [options as SqlStatement<P>];
  const statements = list.map((each): SqlStatement<P> => (typeof each === "string" ? { statement: each } : each));
  const { inputs, valuesOf } = parameterParts(statements);
  const { connection, fetch } = options;
  const { autocommit = false, returnLast = true } = options as Partial<SqlListOptions<P>>;
  const limits: RowLimits = {
    maxRows: options.maxRows ?? MAX_ROWS,
    keep: fetch !== "none" && options.doXcomPush !== false,
  };
  const inTransaction = statements.length > 1 && !autocommit;

  async function runAll(
    session: SqlSession,
    arrived: Readonly<Record<string, unknown>>,
    context: TaskContext,
  ): Promise<unknown> {
    const results: StatementResult[] = [];
    if (inTransaction) await session.run("begin", [], limits);
    for (const [at, { statement }] of statements.entries()) {
      const result = await session.run(statement, valuesOf(at, arrived, context), limits);
      context.log.info(
        `Statement ${String(at + 1)} of ${String(statements.length)}: ${String(result.affected)} rows.`,
        {
          rows: result.affected,
        },
      );
      results.push(result);
    }
    // Without a commit, closing the connection undoes everything.
    if (inTransaction) await session.run("commit", [], limits);
    const read = results.map((each) => resultOf(each, fetch));
    return returnLast ? read.at(-1) : read;
  }

  return {
    name: "sql",
    optionNames: OPTION_NAMES,
    inputs,
    connections: typeof connection === "string" ? [connection] : [],
    check: checkOptions,
    templateFields: {
      connection: shown(connection),
      ...(options.statements === undefined
        ? { statement: options.statement, parameters: shown(options.parameters ?? []) }
        : { statements: shown(options.statements) }),
    },
    handler: async (arrived, context) => {
      const id = resolveValue<string>(connection, connection, context);
      const session = await openSession(await context.client.getConnectionOrThrow(id), context.signal);
      try {
        return await runAll(session, arrived, context);
      } finally {
        await session.close();
      }
    },
  };
}
