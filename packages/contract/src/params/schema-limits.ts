import type { JsonValue } from "../json.ts";

/** The deepest nesting of one param's schema. */
export const MAX_SCHEMA_DEPTH = 32;

/** The longest JSON text of one param's schema, in characters. */
export const MAX_SCHEMA_LENGTH = 65_536;

function tooDeep(value: JsonValue, left: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return left === 0 || Object.values(value).some((each: JsonValue) => tooDeep(each, left - 1));
}

/** Why a schema is too big to be compiled in a process that serves others, as a half sentence; null where it is not. */
export function schemaLimitProblem(schema: JsonValue): string | null {
  if (tooDeep(schema, MAX_SCHEMA_DEPTH)) return `it is nested more than ${MAX_SCHEMA_DEPTH} levels deep`;
  const length = JSON.stringify(schema).length;
  if (length > MAX_SCHEMA_LENGTH) return `it has ${length} characters; ${MAX_SCHEMA_LENGTH} are allowed`;
  return null;
}
