import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../json.ts";
import type { SerializedParam } from "../serialized-dag/dag.ts";
import { patternProblem } from "./pattern.ts";
import { validateParams } from "./validate.ts";

function param(schema: JsonObject, ...rest: [JsonValue?]): SerializedParam {
  return { schema, hasDefault: rest.length > 0, default: rest[0] ?? null, description: null };
}

const PARAMS = {
  name: param({ type: "string", minLength: 1 }),
  count: param({ type: "integer", minimum: 1, maximum: 10 }, 3),
  when: param({ type: "string", format: "date-time" }, "2026-01-01T00:00:00+00:00"),
  day: param({ type: "string", format: "date" }, "2026-01-01"),
  maybe: param({ type: ["null", "string"] }, null),
  settings: param({ type: "object", properties: { depth: { type: "integer" } }, required: ["depth"] }, { depth: 1 }),
  code: param({ type: "string", pattern: "^[A-Z]{2}-[0-9]+$" }, "AB-1"),
  const: param({ const: 42 }, 42),
};

function messages(conf: JsonObject): string[] {
  return validateParams(PARAMS, conf).violations.map((each) => `${each.kind} ${each.pointer} ${each.message}`);
}

describe("validateParams", () => {
  it("names a param that has neither a value nor a default", () => {
    expect(messages({})).toEqual(["missing /name must be given: it has no default"]);
  });

  it("overlays the defaults with conf and keeps keys that are no params", () => {
    const { params, violations } = validateParams(PARAMS, { extra: [1], name: "Ada", count: 5 });
    expect(violations).toEqual([]);
    expect(params).toMatchObject({ name: "Ada", count: 5, maybe: null, const: 42, extra: [1] });
    expect(Object.keys(params)).toEqual([...Object.keys(PARAMS), "extra"]);
  });

  it("never converts a value", () => {
    expect(messages({ name: "Ada", count: "5" })).toEqual(["invalid /count must be of type integer"]);
    expect(messages({ name: "Ada", count: 2.5 })).toEqual(["invalid /count must be of type integer"]);
    expect(messages({ name: "Ada", count: JSON.parse("2.0") as number })).toEqual([]);
    expect(messages({ name: null })).toEqual(["invalid /name must be of type string"]);
  });

  it("reports every broken param, not only the first", () => {
    expect(messages({ name: "", count: 11, const: 41, code: "x" })).toEqual([
      "invalid /name must not be empty",
      "invalid /count must be at most 10",
      "invalid /code must match the pattern ^[A-Z]{2}-[0-9]+$",
      "invalid /const must be 42",
    ]);
  });

  it("points into nested values", () => {
    expect(messages({ name: "Ada", settings: { depth: "deep" } })).toEqual([
      "invalid /settings/depth must be of type integer",
    ]);
    expect(messages({ name: "Ada", settings: {} })).toEqual(['invalid /settings must have the property "depth"']);
  });

  it("takes a date-time without zone, as Airflow does, but no word and no impossible day", () => {
    expect(messages({ name: "Ada", when: "2026-05-05T05:05:05" })).toEqual([]);
    expect(messages({ name: "Ada", when: "yesterday" })).toEqual(["invalid /when must be a valid date-time"]);
    expect(messages({ name: "Ada", day: "2026-02-30" })).toEqual(["invalid /day must be a valid date"]);
  });

  it("leaves out an optional param that is not given", () => {
    const optional = { note: { ...param({ type: "string" }), optional: true } };
    expect(validateParams(optional, {})).toEqual({ params: {}, violations: [] });
  });

  it("is not fooled by names of Object.prototype", () => {
    const conf = JSON.parse('{"name":"Ada","__proto__":{"count":99}}') as JsonObject;
    expect(validateParams(PARAMS, conf).params.count).toBe(3);
    expect(validateParams({ constructor: param({ type: "string" }) }, {}).violations).toHaveLength(1);
  });

  it("reads tuples by the draft that the schema names", () => {
    const tuple = { items: [{ type: "integer" }], type: "array" };
    const old = { pair: param({ $schema: "http://json-schema.org/draft-07/schema#", ...tuple }) };
    expect(validateParams(old, { pair: ["a"] }).violations).toHaveLength(1);
    const current = { pair: param({ type: "array", prefixItems: [{ type: "integer" }] }) };
    expect(validateParams(current, { pair: ["a"] }).violations).toHaveLength(1);
  });

  it("runs a catastrophic pattern in linear time", () => {
    const evil = { text: param({ type: "string", pattern: "^(a+)+$" }) };
    const started = performance.now();
    expect(validateParams(evil, { text: `${"a".repeat(5_000)}b` }).violations).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("refuses a schema that cannot be compiled instead of throwing", () => {
    const deep = JSON.parse(`${'{"not":'.repeat(60)}{}${"}".repeat(60)}`) as JsonObject;
    expect(validateParams({ deep: param(deep) }, { deep: 1 }).violations[0]?.message).toContain("nested");
    expect(validateParams({ odd: param({ type: "strange" }) }, { odd: 1 }).violations).toHaveLength(1);
  });
});

describe("patternProblem", () => {
  it("names look-around and back-references, and accepts what RE2 can run", () => {
    expect(patternProblem("(?=a)b")).toContain("(?=");
    expect(patternProblem("(a)\\1")).not.toBeNull();
    expect(patternProblem("^\\p{L}+$")).toBeNull();
  });
});
