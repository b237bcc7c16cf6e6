import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonObject } from "../json.ts";
import { PARAM_FORMATS } from "./formats.ts";
import { compilePattern } from "./pattern.ts";
import { schemaLimitProblem } from "./schema-limits.ts";

/** A param's schema, ready to check values. */
export type ParamValidator = (value: unknown) => readonly ErrorObject[];

/** What compiling answers: a validator, or why there is none. */
export type CompiledParam =
  { readonly validate: ParamValidator; readonly problem: null } | { readonly validate: null; readonly problem: string };

const OPTIONS = {
  allErrors: true,
  // Unknown keywords (`section`, `values_display`) and formats (`multiline`) speak to the form, not to us.
  strict: false,
  logger: false,
  verbose: true,
  formats: PARAM_FORMATS,
  code: { regExp: Object.assign((pattern: string) => compilePattern(pattern), { code: "compilePattern" }) },
  // Never coerceTypes, useDefaults or removeAdditional: a value is accepted as it is or refused.
} as const;

/** Schemas are kept by identity and by text; the number bounds what a stream of ever new Dag versions can take. */
const MAX_KEPT = 2_000;
const byIdentity = new WeakMap<JsonObject, CompiledParam>();
const byText = new Map<string, CompiledParam>();

/** Drafts up to 7 differ in tuples and definitions; whatever names no draft is read as 2020-12, as Airflow's library does. */
function isOldDraft(schema: JsonObject): boolean {
  return typeof schema.$schema === "string" && /draft-0?[3-7]/.test(schema.$schema);
}

function compile(schema: JsonObject): CompiledParam {
  const limit = schemaLimitProblem(schema);
  if (limit !== null) return { validate: null, problem: limit };
  try {
    // A new instance each: an `$id` in one Dag's schema must not be seen by another's. The dialect is chosen here, so `$schema` may go.
    const { $schema: _dialect, ...rules } = schema;
    const ajv = isOldDraft(schema) ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS);
    const check: ValidateFunction = ajv.compile(rules);
    return { validate: (value) => (check(value) ? [] : [...(check.errors ?? [])]), problem: null };
  } catch (problem) {
    return { validate: null, problem: problem instanceof Error ? problem.message : String(problem) };
  }
}

/** Compiles one param's schema; the same schema is compiled once. Never throws: a schema that cannot be used says why. */
export function compileParam(schema: JsonObject): CompiledParam {
  const known = byIdentity.get(schema);
  if (known !== undefined) return known;
  const text = JSON.stringify(schema);
  let compiled = byText.get(text);
  if (compiled === undefined) {
    compiled = compile(schema);
    const oldest = byText.size >= MAX_KEPT ? byText.keys().next().value : undefined;
    if (oldest !== undefined) byText.delete(oldest);
    byText.set(text, compiled);
  }
  byIdentity.set(schema, compiled);
  return compiled;
}
