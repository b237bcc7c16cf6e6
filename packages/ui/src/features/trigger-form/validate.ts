import { type OutputUnit, Validator } from "@cfworker/json-schema";
import type { JsonObject, JsonValue } from "@windlass/contract/browser";
import { jsonText } from "../../api/json.ts";
import type { FormParam } from "./param.ts";

/** What is wrong in a conf, by param. The browser's first opinion: the server's, by /check, is the one that counts. */
export function validateConf(params: readonly FormParam[], conf: JsonObject): ReadonlyMap<string, string> {
  const problems = new Map<string, string>();
  for (const param of params) {
    const problem = validateParam(param, conf[param.name]);
    if (problem !== undefined) problems.set(param.name, problem);
  }
  return problems;
}

/** @returns undefined where the value fits, or where only the server can tell */
export function validateParam(
  { schema, required }: Pick<FormParam, "schema" | "required">,
  value: JsonValue | undefined,
): string | undefined {
  if (value === undefined) return required ? "A value is needed" : undefined;
  let errors: readonly OutputUnit[];
  try {
    errors = new Validator(schema, "2020-12", false).validate(value).errors;
  } catch {
    // A pattern or reference that the browser does not understand.
    return undefined;
  }
  return errors.length === 0 ? undefined : wordsFor(errors, schema);
}

const OUTER = new Set(["anyOf", "oneOf", "allOf", "properties", "items", "if", "additionalProperties", "prefixItems"]);

function wordsFor(errors: readonly OutputUnit[], schema: JsonObject): string {
  const [error] = errors.filter(({ keyword }) => !OUTER.has(keyword)).concat(errors);
  if (error === undefined) return "Does not fit the schema";
  const place = error.instanceLocation.replace(/^#\/?/, "");
  const where = place === "" ? "" : `${place}: `;
  const bound = (name: string): string => JSON.stringify(schema[name]);
  if (place !== "") return where + error.error;
  switch (error.keyword) {
    case "type":
      return `Must be ${Array.isArray(schema.type) ? schema.type.join(" or ") : jsonText(schema.type)}`;
    case "minLength":
      return schema.minLength === 1 ? "Must not be empty" : `At least ${bound("minLength")} characters`;
    case "maxLength":
      return `At most ${bound("maxLength")} characters`;
    case "minimum":
      return `At least ${bound("minimum")}`;
    case "maximum":
      return `At most ${bound("maximum")}`;
    case "exclusiveMinimum":
      return `More than ${bound("exclusiveMinimum")}`;
    case "exclusiveMaximum":
      return `Less than ${bound("exclusiveMaximum")}`;
    case "multipleOf":
      return `A multiple of ${bound("multipleOf")}`;
    case "pattern":
      return `Must match ${jsonText(schema.pattern)}`;
    case "format":
      return `Must be a ${jsonText(schema.format)}`;
    case "enum":
      return `One of ${bound("enum")}`;
    case "const":
      return `Must be ${bound("const")}`;
    case "minItems":
      return `At least ${bound("minItems")} items`;
    case "maxItems":
      return `At most ${bound("maxItems")} items`;
    case "uniqueItems":
      return "No item twice";
    default:
      return error.error;
  }
}
