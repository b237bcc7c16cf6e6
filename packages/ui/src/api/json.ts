import type { JsonObject, JsonValue } from "@windlass/contract/browser";

/** Whether a parsed JSON value is an object (no array, not null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A JSON value as words: texts as they are, anything else as JSON. */
export function jsonText(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
