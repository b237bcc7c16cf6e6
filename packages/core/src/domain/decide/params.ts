import {
  type DecisionWarning,
  type JsonObject,
  nearest,
  refusal,
  type SerializedDag,
  type Verdict,
  warning,
} from "@windlass/contract";
import { validateParams } from "@windlass/contract/params";

/** What the params come to: the values of the run, or every violation. */
export interface ParamFindings {
  readonly params: JsonObject;
  readonly verdicts: readonly Verdict[];
  readonly warnings: readonly DecisionWarning[];
  /** Values that would do, by param, for the corrected request. */
  readonly examples: JsonObject;
}

/** Checks conf against the Dag's params: every violation is told, where Airflow tells the first. */
export function paramFindings(dag: SerializedDag, conf: JsonObject): ParamFindings {
  const { params, violations } = validateParams(dag.params, conf);
  const examples: Record<string, JsonObject[string]> = {};
  const seen = new Set<string>();
  const verdicts: Verdict[] = [];
  for (const violation of violations) {
    const { name, message, schema, value, kind } = violation;
    if (!seen.has(name)) examples[name] = exampleOf(schema, dag.params[name]);
    seen.add(name);
    const at = { pointer: `/conf${violation.pointer}`, expected: schema };
    if (kind === "missing") {
      const start = `Invalid input for param ${name}: No value passed`;
      const airflow = { v1: { title: "Bad Request", detail: `${start} and Param has no default value` }, v2: start };
      verdicts.push({
        phase: "params",
        refusal: refusal("params.missing", { param: name, dag_id: dag.dagId }, { ...at, missing: [name], airflow }),
      });
    } else {
      const text = `Invalid input for param ${name}: ${message}\n\nFailed validating '${violation.keyword ?? "schema"}' in schema:\n    ${JSON.stringify(schema)}\n\nOn instance:\n    ${JSON.stringify(value)}`;
      const airflow = { v1: { title: "Bad Request", detail: text }, v2: text };
      verdicts.push({
        phase: "params",
        refusal: refusal("params.invalid", { param: name, problem: `${message}.` }, { ...at, actual: value, airflow }),
      });
    }
  }
  return { params, verdicts, warnings: unknownNames(dag, conf), examples };
}

function unknownNames(dag: SerializedDag, conf: JsonObject): readonly DecisionWarning[] {
  const names = Object.keys(dag.params);
  return Object.keys(conf).flatMap((name) => {
    if (Object.hasOwn(dag.params, name)) return [];
    const near = nearest(
      name,
      names.filter((each) => !Object.hasOwn(conf, each)),
    );
    return near === undefined ? [] : [warning("param_unknown", { name, near })];
  });
}

/** A value that fits a schema, as well as can be guessed: its default, an example, the first of an enumeration, else an empty one of its type. */
function exampleOf(schema: JsonObject, param: SerializedDag["params"][string] | undefined): JsonObject[string] {
  if (param?.hasDefault === true) return param.default;
  const { examples, type } = schema;
  if (Array.isArray(examples) && examples.length > 0) return examples[0] as JsonObject[string];
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[0] as JsonObject[string];
  if (schema.const !== undefined) return schema.const;
  const kind: unknown = Array.isArray(type) ? type.find((each) => each !== "null") : type;
  switch (kind) {
    case "integer":
    case "number":
      return typeof schema.minimum === "number"
        ? schema.minimum
        : typeof schema.exclusiveMinimum === "number"
          ? schema.exclusiveMinimum + 1
          : 1;
    case "boolean":
      return true;
    case "array":
      return [];
    case "object":
      return {};
    default:
      return textExample(schema);
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  date: "2026-01-31",
  "date-time": "2026-01-31T00:00:00Z",
  time: "00:00:00Z",
  email: "someone@example.org",
  uri: "https://example.org",
};

function textExample(schema: JsonObject): string {
  const byFormat = typeof schema.format === "string" ? FORMATS[schema.format] : undefined;
  if (byFormat !== undefined) return byFormat;
  const shortest = typeof schema.minLength === "number" ? schema.minLength : 0;
  return "value".padEnd(shortest, "x").slice(0, typeof schema.maxLength === "number" ? schema.maxLength : undefined);
}
