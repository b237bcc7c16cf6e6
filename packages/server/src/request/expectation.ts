import type { Field } from "./field.ts";

/** What a field takes, in words. */
export function expectation(field: Field<unknown>): string {
  const { spec } = field;
  const words = {
    text: "a text",
    integer: "a whole number",
    number: "a number",
    boolean: "true or false",
    moment: "a date-time such as 2026-01-01T00:00:00Z",
    choice: spec.kind === "choice" ? `one of ${spec.values.join(", ")}` : "",
    list: "a list",
    dictionary: "an object",
    record: "an object",
    any: "any JSON value",
  }[spec.kind];
  return field.nullable ? `${words}, or null` : words;
}
