import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "@windlass/contract/browser";
import { formParams, initialConf } from "./param.ts";

function kindOf(schema: JsonObject, value: JsonValue = null): string {
  return formParams({ p: { schema, value } })[0]!.kind;
}

describe("how a param is asked for", () => {
  it.each<[string, JsonObject, JsonValue, string]>([
    ["a text", { type: "string" }, "x", "string"],
    ["a text that may be null", { type: ["null", "string"] }, null, "string"],
    ["a long text", { type: "string", format: "multiline" }, "x", "multiline"],
    ["a number", { type: "number" }, 1.5, "number"],
    ["a whole number", { type: "integer" }, 1, "integer"],
    ["a flag", { type: "boolean" }, false, "boolean"],
    ["a choice", { enum: [1, "a", null] }, "a", "enum"],
    ["several choices", { type: "array", items: { enum: ["a", "b"] } }, ["a"], "enums"],
    ["a date", { type: "string", format: "date" }, "2026-01-01", "date"],
    ["a time", { type: "string", format: "time" }, "13:00:00Z", "time"],
    ["a moment", { type: ["string", "null"], format: "date-time" }, null, "date-time"],
    [
      "a moment within anyOf",
      { anyOf: [{ type: "string", format: "date-time" }, { type: "null" }] },
      null,
      "date-time",
    ],
    ["a list of texts", { type: "array", items: { type: "string" } }, ["a"], "strings"],
    ["a list of anything", { type: "array" }, [1], "json"],
    ["an object", { type: "object" }, {}, "json"],
    ["several types", { type: ["string", "number"] }, 1, "json"],
    ["a constant", { const: 42 }, 42, "const"],
    ["no schema, a text", {}, "anything", "string"],
    ["no schema, a flag", {}, true, "boolean"],
    ["no schema at all", {}, null, "json"],
  ])("%s", (_name, schema, value, kind) => {
    expect(kindOf(schema, value)).toBe(kind);
  });

  it("tells a param without default, which is required, from one whose default is null", () => {
    const params = formParams({
      name: { schema: { type: "string", minLength: 1 }, value: null },
      maybe: { schema: { type: ["null", "string"] }, value: null },
      count: { schema: { type: "integer" }, value: 3 },
    });
    expect(params.map(({ name, required }) => [name, required])).toEqual([
      ["name", true],
      ["maybe", false],
      ["count", false],
    ]);
    expect(initialConf(params)).toEqual({ maybe: null, count: 3 });
  });

  it("labels the choices of an enum as the schema says", () => {
    const [param] = formParams({ p: { schema: { enum: ["a", 2], values_display: { a: "First" } }, value: "a" } });
    expect(param!.choices).toEqual([
      { value: "a", label: "First" },
      { value: 2, label: "2" },
    ]);
  });
});
