import type { ErrorObject } from "ajv";

function quoted(value: unknown): string {
  return JSON.stringify(value);
}

/** Says in a half sentence what a value breaks, for people: "must be one of "red", "green"". */
export function violationMessage(error: ErrorObject): string {
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case "type": {
      const types = Array.isArray(params.type) ? params.type : [params.type];
      return `must be of type ${types.join(" or ")}`;
    }
    case "enum":
      return `must be one of ${(params.allowedValues as readonly unknown[]).map(quoted).join(", ")}`;
    case "const":
      return `must be ${quoted(params.allowedValue)}`;
    case "minimum":
      return `must be at least ${String(params.limit)}`;
    case "maximum":
      return `must be at most ${String(params.limit)}`;
    case "exclusiveMinimum":
      return `must be more than ${String(params.limit)}`;
    case "exclusiveMaximum":
      return `must be less than ${String(params.limit)}`;
    case "minLength":
      return params.limit === 1 ? "must not be empty" : `must have at least ${String(params.limit)} characters`;
    case "maxLength":
      return `must have at most ${String(params.limit)} characters`;
    case "minItems":
      return `must have at least ${String(params.limit)} items`;
    case "maxItems":
      return `must have at most ${String(params.limit)} items`;
    case "pattern":
      return `must match the pattern ${String(params.pattern)}`;
    case "format":
      return `must be a valid ${String(params.format)}`;
    case "required":
      return `must have the property ${quoted(params.missingProperty)}`;
    case "additionalProperties":
      return `must not have the property ${quoted(params.additionalProperty)}`;
    default:
      return error.message ?? `breaks ${error.keyword}`;
  }
}
