import type { JsonObject, JsonValue } from "@windlass/contract/browser";
import { isJsonObject } from "../../api/json.ts";
import type { DagParam } from "../../api/types/dag.ts";

/** How a param is asked for. */
export type FieldKind =
  | "string"
  | "multiline"
  | "number"
  | "integer"
  | "boolean"
  | "enum"
  | "enums"
  | "date"
  | "time"
  | "date-time"
  | "strings"
  | "const"
  | "json";

/** A param as the form shows it. */
export interface FormParam {
  readonly name: string;
  readonly kind: FieldKind;
  readonly title: string;
  readonly description: string;
  readonly section: string;
  readonly schema: JsonObject;
  readonly nullable: boolean;
  readonly default: JsonValue | undefined;
  /** A value must be given: there is no default, and null is not one. */
  readonly required: boolean;
  /** Choices with their labels, for `enum`; proposals that may be overruled, for texts. */
  readonly choices: readonly { readonly value: JsonValue; readonly label: string }[];
}

/** Reads v2's params of a Dag, in their order. */
export function formParams(params: Readonly<Record<string, DagParam>> | null): readonly FormParam[] {
  return Object.entries(params ?? {}).map(([name, param]) => formParam(name, param));
}

function formParam(name: string, param: DagParam): FormParam {
  const schema = param.schema ?? {};
  const types = typesOf(schema);
  const nullable =
    types.includes("null") || (Array.isArray(schema.enum) && schema.enum.includes(null)) || schema.const === null;
  const given = param.value ?? ("default" in schema ? schema.default : undefined) ?? null;
  // A default of null is one only where null is a value.
  const initial =
    given === null && !nullable && types.length > 0 ? undefined : "const" in schema ? schema.const : given;
  return {
    name,
    kind: kindOf(schema, types, initial),
    title: typeof schema.title === "string" && schema.title !== "" ? schema.title : name,
    description: param.description ?? (typeof schema.description === "string" ? schema.description : ""),
    section: typeof schema.section === "string" ? schema.section : "",
    schema,
    nullable,
    default: initial,
    required: initial === undefined,
    choices: choicesOf(schema),
  };
}

/** The types that a schema allows; looks one level into anyOf and oneOf. */
function typesOf(schema: JsonObject): readonly string[] {
  const own =
    typeof schema.type === "string" ? [schema.type] : Array.isArray(schema.type) ? schema.type.map(String) : [];
  if (own.length > 0) return own;
  const among = Array.isArray(schema.anyOf) ? schema.anyOf : Array.isArray(schema.oneOf) ? schema.oneOf : [];
  return [...new Set((among as readonly JsonValue[]).flatMap((each) => (isJsonObject(each) ? typesOf(each) : [])))];
}

function kindOf(schema: JsonObject, types: readonly string[], value: JsonValue | undefined): FieldKind {
  if ("const" in schema) return "const";
  if (Array.isArray(schema.enum)) return "enum";
  const real = types.filter((type) => type !== "null");
  const type = real.length === 1 ? real[0] : real.length === 0 && types.length === 0 ? guess(value) : undefined;
  const format = schema.format ?? formatWithin(schema);
  switch (type) {
    case "string":
      if (format === "date" || format === "time" || format === "date-time") return format;
      return format === "multiline" || (typeof schema.minLength === "number" && schema.minLength > 200)
        ? "multiline"
        : "string";
    case "number":
    case "integer":
    case "boolean":
      return type;
    case "array":
      if (
        isJsonObject(schema.items) &&
        Array.isArray(schema.items.enum) &&
        schema.items.enum.every((each) => typeof each === "string")
      )
        return "enums";
      return !isJsonObject(schema.items) || schema.items.type === "string" ? arrayKind(schema, value) : "json";
    default:
      return "json";
  }
}

function arrayKind(schema: JsonObject, value: JsonValue | undefined): FieldKind {
  if (isJsonObject(schema.items)) return "strings";
  // Without a type for its items, an array is a list of texts only if its default is one.
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string")
    ? "strings"
    : "json";
}

function formatWithin(schema: JsonObject): JsonValue | undefined {
  const among = (Array.isArray(schema.anyOf) ? schema.anyOf : []) as readonly JsonValue[];
  return among.filter(isJsonObject).find((each) => each.type === "string")?.format;
}

function guess(value: JsonValue | undefined): string | undefined {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return typeof value;
  return Array.isArray(value) ? "array" : undefined;
}

function choicesOf(schema: JsonObject): FormParam["choices"] {
  const values = Array.isArray(schema.enum)
    ? schema.enum
    : Array.isArray(schema.examples)
      ? schema.examples
      : isJsonObject(schema.items) && Array.isArray(schema.items.enum)
        ? schema.items.enum
        : [];
  const labels = isJsonObject(schema.values_display) ? schema.values_display : {};
  return (values as readonly JsonValue[]).map((value) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const label = labels[text];
    return { value, label: typeof label === "string" ? label : text };
  });
}

/** The conf that a form begins with: every default that there is. */
export function initialConf(params: readonly FormParam[]): JsonObject {
  return Object.fromEntries(
    params.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value] as const])),
  );
}
