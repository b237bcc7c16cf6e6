import { isJsonObject, type JsonObject, type JsonValue, type SerializedParam } from "@windlass/contract";
import { compileParam, patternProblem, validateParams } from "@windlass/contract/params";
import type { CallSite } from "../authoring/call-site.ts";
import { isParam, jsonSchemaConverter } from "../authoring/params.ts";
import { nameValue, type Problems } from "./problems.ts";

/** The Dag that the params belong to. */
export interface ParamsOwner {
  readonly dagId: string;
  readonly site: CallSite;
  readonly problems: Problems;
}

type Params = { readonly [name: string]: SerializedParam };

function refuseSchema(param: string, problem: string, owner: ParamsOwner): void {
  owner.problems.add("dag_file.bad_params_schema", { dag_id: owner.dagId, param, problem }, owner.site);
}

/** A copy as plain JSON; undefined where a value is none. */
function asJson(value: unknown): JsonValue | undefined {
  try {
    const text = JSON.stringify(value, (_key, each: unknown) => {
      if (typeof each === "function" || typeof each === "symbol") throw new TypeError("no JSON");
      return each;
    });
    return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
  } catch {
    return undefined;
  }
}

/** Every pattern of a schema, also those of nested ones. */
function* patternsOf(schema: JsonValue): Generator<string> {
  if (typeof schema !== "object" || schema === null) return;
  if (isJsonObject(schema)) {
    if (typeof schema.pattern === "string") yield schema.pattern;
    if (isJsonObject(schema.patternProperties)) yield* Object.keys(schema.patternProperties);
  }
  for (const each of Object.values<JsonValue>(schema as JsonObject)) yield* patternsOf(each);
}

/**
 * Libraries write a format's pattern beside the format, some with look-ahead (`z.email()`). The format itself is checked, so a pattern that
 * the author did not write and that cannot run may go.
 */
function withoutOwnPatterns(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return (schema as readonly JsonValue[]).map(withoutOwnPatterns);
  if (!isJsonObject(schema)) return schema;
  const { pattern, ...rest } = schema;
  const drop = typeof pattern === "string" && typeof schema.format === "string" && patternProblem(pattern) !== null;
  const entries = Object.entries(drop ? rest : schema);
  return Object.fromEntries(entries.map(([name, each]) => [name, withoutOwnPatterns(each)]));
}

/** Notes what is wrong with one param: its schema, a pattern, its default. */
function check(name: string, param: SerializedParam, owner: ParamsOwner): void {
  let patterns = true;
  for (const pattern of patternsOf(param.schema)) {
    const problem = patternProblem(pattern);
    if (problem === null) continue;
    patterns = false;
    owner.problems.add("dag_file.bad_pattern", { dag_id: owner.dagId, param: name, pattern, problem }, owner.site);
  }
  if (!patterns) return;
  const { problem } = compileParam(param.schema);
  if (problem !== null) return refuseSchema(`the param ${name}`, problem, owner);
  if (!param.hasDefault) return;
  const [violation] = validateParams({ [name]: param }, {}).violations;
  if (violation === undefined) return;
  const data = {
    dag_id: owner.dagId,
    param: name,
    value: nameValue(param.default),
    problem: `it ${violation.message}`,
  };
  owner.problems.add("dag_file.bad_param_default", data, owner.site);
}

function descriptionOf(schema: JsonObject): string | null {
  return typeof schema.description === "string" ? schema.description : null;
}

/** Params out of one JSON Schema of an object: each property becomes a param; definitions go with every property that may name them. */
function ofObjectSchema(source: JsonObject, owner: ParamsOwner): Params {
  const properties = source.properties ?? {};
  if (source.type !== "object" || !isJsonObject(properties)) {
    refuseSchema("the params", "it must describe an object whose properties are the params", owner);
    return {};
  }
  const required = Array.isArray(source.required) ? (source.required as readonly JsonValue[]) : [];
  const shared = Object.fromEntries(
    ["$schema", "$defs", "definitions"].flatMap((name) =>
      source[name] === undefined ? [] : [[name, source[name]] as const],
    ),
  );
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      // A boolean schema: `true` admits everything.
      const property = isJsonObject(value) ? value : {};
      const { default: byDefault, ...rules } = property;
      const refers = JSON.stringify(rules).includes('"$ref"');
      const { $schema: dialect } = shared;
      const schema: JsonObject = { ...(refers ? shared : dialect === undefined ? {} : withDialect(dialect)), ...rules };
      const hasDefault = byDefault !== undefined;
      const optional = !hasDefault && !required.includes(name);
      const param = { schema, hasDefault, default: byDefault ?? null, description: descriptionOf(rules) };
      return [name, optional ? { ...param, optional } : param];
    }),
  );
}

/** 2020-12 is what a schema without dialect means here; only another needs to be said. */
function withDialect(dialect: JsonValue): JsonObject {
  return typeof dialect === "string" && dialect.includes("2020-12") ? {} : { $schema: dialect };
}

function ofMap(source: object, owner: ParamsOwner): Params {
  const params: Record<string, SerializedParam> = {};
  for (const [name, value] of Object.entries(source)) {
    const byDefault = asJson(isParam(value) ? value.default : value);
    const schema = isParam(value) ? asJson(value.schema) : {};
    const hasDefault = isParam(value) ? value.hasDefault : true;
    if (!isJsonObject(schema) || (hasDefault && byDefault === undefined)) {
      refuseSchema(
        `the param ${name}`,
        hasDefault && byDefault === undefined ? "its default is no JSON" : "it is no JSON",
        owner,
      );
      continue;
    }
    params[name] = { schema, hasDefault, default: byDefault ?? null, description: descriptionOf(schema) };
  }
  return params;
}

/** The JSON Schema that a schema library gives for what callers may send. */
function convert(source: object, owner: ParamsOwner): JsonObject | undefined {
  const converter = jsonSchemaConverter(source);
  if (converter === undefined) {
    refuseSchema("the params", "the schema library gives no JSON Schema (Zod 4.2, ArkType 2.1.28 and later do)", owner);
    return undefined;
  }
  try {
    const schema = asJson(converter.input({ target: "draft-2020-12" }));
    if (isJsonObject(schema)) return withoutOwnPatterns(schema) as JsonObject;
    refuseSchema("the params", "the schema library gave no JSON Schema", owner);
  } catch (problem) {
    refuseSchema("the params", problem instanceof Error ? problem.message : String(problem), owner);
  }
  return undefined;
}

function isObjectSchema(source: object): boolean {
  return (
    "type" in source && source.type === "object" && "properties" in source && typeof source.properties === "object"
  );
}

/** A Dag's params as data, in the order of the file. */
export function serializeParams(source: unknown, owner: ParamsOwner): Params {
  if (source === undefined || source === null) return {};
  if ((typeof source !== "object" && typeof source !== "function") || Array.isArray(source)) {
    refuseSchema("the params", "it is neither a schema nor a map of params", owner);
    return {};
  }
  let params: Params;
  if ("~standard" in source) {
    const schema = convert(source, owner);
    params = schema === undefined ? {} : ofObjectSchema(schema, owner);
  } else if (isObjectSchema(source)) {
    const schema = asJson(source);
    if (!isJsonObject(schema)) refuseSchema("the params", "it is no JSON", owner);
    params = isJsonObject(schema) ? ofObjectSchema(schema, owner) : {};
  } else {
    params = ofMap(source, owner);
  }
  for (const [name, param] of Object.entries(params)) check(name, param, owner);
  return params;
}
