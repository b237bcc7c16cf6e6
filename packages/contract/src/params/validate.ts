import type { JsonObject, JsonValue } from "../json.ts";
import type { SerializedDag } from "../serialized-dag/dag.ts";
import { compileParam } from "./compile.ts";
import { violationMessage } from "./violation-message.ts";

/** One param that keeps a run from being made. */
export interface ParamViolation {
  readonly name: string;
  /** JSON pointer within conf: `/settings/depth`. */
  readonly pointer: string;
  /** A half sentence such as `must be at least 1`. */
  readonly message: string;
  /** The param's own JSON Schema. */
  readonly schema: JsonObject;
  /** The offending value: the whole param's, null where it is missing. */
  readonly value: JsonValue;
  /** `missing`: neither a value nor a default. `invalid`: a value that breaks the schema. */
  readonly kind: "missing" | "invalid";
  /** The JSON Schema keyword that was broken (`minimum`); absent where the param is missing. */
  readonly keyword?: string;
}

/** What `validateParams` answers. */
export interface ValidatedParams {
  /** Defaults overlaid with conf, in the order of the Dag's params; keys of conf that are no params behind them, as on Airflow. */
  readonly params: JsonObject;
  /** Empty where a run may be made. In the order of the Dag's params. */
  readonly violations: readonly ParamViolation[];
}

function escapePointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/**
 * Checks a conf against a Dag's params: the one rule that the API, the form, the CLI, the scheduler and `dag.test` share.
 * Values are never converted; a key that is no param passes and is kept.
 */
export function validateParams(dagParams: SerializedDag["params"], conf: JsonObject): ValidatedParams {
  const params: { [name: string]: JsonValue } = Object.create(null) as { [name: string]: JsonValue };
  const violations: ParamViolation[] = [];
  for (const [name, param] of Object.entries(dagParams)) {
    const pointer = `/${escapePointer(name)}`;
    const given = Object.hasOwn(conf, name);
    if (!given && !param.hasDefault) {
      if (param.optional === true) continue;
      violations.push({
        name,
        pointer,
        message: "must be given: it has no default",
        schema: param.schema,
        value: null,
        kind: "missing",
      });
      continue;
    }
    const value = (given ? conf[name] : param.default) ?? null;
    params[name] = value;
    const { validate, problem } = compileParam(param.schema);
    if (validate === null) {
      const message = `cannot be checked, because its schema cannot be used: ${problem}`;
      violations.push({ name, pointer, message, schema: param.schema, value, kind: "invalid" });
      continue;
    }
    for (const error of validate(value)) {
      violations.push({
        name,
        pointer: pointer + error.instancePath,
        message: violationMessage(error),
        schema: param.schema,
        value,
        kind: "invalid",
        keyword: error.keyword,
      });
    }
  }
  for (const [name, value] of Object.entries(conf)) if (!Object.hasOwn(dagParams, name)) params[name] = value;
  return { params: { ...params }, violations };
}
