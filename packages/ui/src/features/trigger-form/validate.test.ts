import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "@windlass/contract/browser";
import { validateParam } from "./validate.ts";

function problem(schema: JsonObject, value: JsonValue | undefined, required = false): string | undefined {
  return validateParam({ schema, required }, value);
}

describe("what the browser says about a value", () => {
  it.each<[JsonObject, JsonValue, string]>([
    [{ type: "string", minLength: 1 }, "", "Must not be empty"],
    [{ type: "string", maxLength: 2 }, "abc", "At most 2 characters"],
    [{ type: "integer" }, 1.5, "Must be integer"],
    [{ type: ["null", "string"] }, 5, "Must be null or string"],
    [{ type: "number", exclusiveMinimum: 0 }, 0, "More than 0"],
    [{ type: "integer", minimum: 1, maximum: 10 }, 11, "At most 10"],
    [{ type: "string", pattern: "^[A-Z]{2}-[0-9]+$" }, "ab", "Must match ^[A-Z]{2}-[0-9]+$"],
    [{ enum: ["red", "green"] }, "blue", 'One of ["red","green"]'],
    [{ const: 42 }, 41, "Must be 42"],
    [{ type: "string", format: "date" }, "2026-02-30", "Must be a date"],
    [{ type: "array", items: { type: "string" }, minItems: 1 }, [], "At least 1 items"],
  ])("%j refuses %j", (schema, value, words) => {
    expect(problem(schema, value)).toBe(words);
  });

  it("names the place within an object", () => {
    expect(problem({ type: "object", properties: { depth: { type: "integer" } } }, { depth: "x" })).toMatch(/^depth: /);
  });

  it("asks for a value only where one is required", () => {
    expect(problem({ type: "string" }, undefined, true)).toBe("A value is needed");
    expect(problem({ type: "string" }, undefined)).toBeUndefined();
  });

  it("leaves to the server what the browser cannot read", () => {
    expect(problem({ type: "string", pattern: "(?i)abc" }, "abc")).toBeUndefined();
  });
});
