import type { JsonValue } from "@windlass/contract";
import type { TaskContext } from "../context.ts";
import { SENSOR_OPTION_NAMES, type SensorOptions } from "../sensor.ts";
import type { Operator } from "./operator.ts";
import { checkSql, parameterParts, type SqlBase, type SqlStatement } from "./sql.ts";
import { openSession } from "./open-session.ts";
import type { SqlRow } from "./sql-session.ts";
import { resolveValue, shown } from "./values.ts";

/** Options of `dag.sqlSensor`: the statement is asked until its first value says yes. */
export interface SqlSensorOptions<P = Record<string, unknown>> extends SensorOptions, SqlBase<P>, SqlStatement<P> {
  /** Takes the value that is judged out of the first row. @default its first column */
  readonly selector?: (row: SqlRow) => JsonValue;
  /** Whether the value answers the question. @default every value but null, false, 0 and "" does */
  readonly success?: (value: JsonValue) => boolean;
  /** Whether the value shows that waiting is in vain: then the sensor fails. */
  readonly failure?: (value: JsonValue) => boolean;
  /** Fails where the statement gives no row. @default false */
  readonly failOnEmpty?: boolean;
}

/** The answer of a statement shows that waiting is in vain. */
class SensorFailed extends Error {
  override readonly name = "SensorFailed";
}

const ZERO = /^-?0+(\.0*)?$/;

/** As Python judges: exact numbers arrive as text here, and a zero among them is no more true than there. */
function isTruthy(value: JsonValue): boolean {
  return typeof value === "string" ? value !== "" && !ZERO.test(value) : Boolean(value);
}

/** A sensor whose question is a statement, after Airflow's SqlSensor. */
export function sqlSensor<P>(options: SqlSensorOptions<P>): Operator {
  const { connection, statement, parameters = [], success, failure, failOnEmpty = false } = options;
  const selector = options.selector ?? ((row) => Object.values(row)[0] ?? null);
  const { inputs, valuesOf } = parameterParts([options]);
  return {
    name: "sql_sensor",
    optionNames: [
      "connection",
      "statement",
      "parameters",
      "selector",
      "success",
      "failure",
      "failOnEmpty",
      ...SENSOR_OPTION_NAMES,
    ],
    inputs,
    connections: typeof connection === "string" ? [connection] : [],
    check: (reader) => {
      checkSql(reader);
      reader.required("statement");
      for (const name of ["selector", "success", "failure"]) reader.functionIfGiven(name);
      reader.flag("failOnEmpty", false);
    },
    templateFields: { connection: shown(connection), statement, parameters: shown(parameters) },
    handler: async (arrived, context: TaskContext) => {
      const id = resolveValue<string>(connection, connection, context);
      const session = await openSession(await context.client.getConnectionOrThrow(id), context.signal);
      try {
        const limits = { maxRows: 100_000, keep: true };
        const { rows } = await session.run(statement, valuesOf(0, arrived, context), limits);
        const [first] = rows;
        if (first === undefined) {
          if (failOnEmpty) throw new SensorFailed("The statement gave no row, and failOnEmpty is set.");
          return false;
        }
        const value = selector(first);
        if (failure?.(value) === true)
          throw new SensorFailed(`The statement's answer ${JSON.stringify(value)} means failure.`);
        return success === undefined ? isTruthy(value) : success(value);
      } finally {
        await session.close();
      }
    },
  };
}
