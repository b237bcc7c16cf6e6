import type { JsonValue } from "@windlass/contract";
import type { StandardJSONSchemaV1, StandardTypedV1 } from "@standard-schema/spec";
import type { JsonSchema, SchemaValue } from "./json-schema-type.ts";

const PARAM: unique symbol = Symbol.for("windlass.Param");

/** One param with a schema of its own. Made by `param`. */
export interface Param<T = unknown> {
  readonly [PARAM]: true;
  readonly hasDefault: boolean;
  readonly default: T | undefined;
  readonly schema: JsonSchema;
}

/** A schema object of a library that also gives JSON Schema: Zod 4, ArkType, Valibot's wrapper. */
export type StandardParams = StandardTypedV1;

/** Params one by one: `param(...)`, or a plain value that is the default of a param without schema. */
export interface ParamMap {
  readonly [name: string]: Param | JsonValue;
}

/**
 * What `params` of a Dag takes: a schema object of your library (`z.object({ … })`), a plain JSON Schema of an object, or a map of single
 * params as on Airflow.
 */
export type ParamsSource = StandardParams | JsonSchema | ParamMap;

type Widen<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : T;

/** The values that a handler finds under `params`. */
export type ParamValues<P> = P extends StandardTypedV1
  ? StandardTypedV1.InferOutput<P>
  : P extends { readonly type: "object"; readonly properties: infer Properties }
    ? { readonly [K in keyof Properties]: SchemaValue<Properties[K]> }
    : P extends ParamMap
      ? { readonly [K in keyof P]: P[K] extends Param<infer T> ? T : Widen<P[K]> }
      : Record<string, unknown>;

/** The values that a caller may send for these params. */
export type ParamInput<P> = P extends StandardTypedV1 ? StandardTypedV1.InferInput<P> : Partial<ParamValues<P>>;

/**
 * A param with a default and a JSON Schema, as Airflow's `Param`.
 * @example params: { count: param(3, { type: "integer", minimum: 1 }) }
 */
export function param<const S extends JsonSchema>(value: JsonValue, schema?: S): Param<SchemaValue<S>> {
  return { [PARAM]: true, hasDefault: true, default: value as SchemaValue<S>, schema: schema ?? {} };
}

/**
 * A param without default: a run is refused until a caller gives a value.
 * @example params: { name: requiredParam({ type: "string", minLength: 1, title: "Name" }) }
 */
export function requiredParam<const S extends JsonSchema>(schema: S): Param<SchemaValue<S>> {
  return { [PARAM]: true, hasDefault: false, default: undefined, schema };
}

/** Whether a value was made by `param` or `requiredParam`. */
export function isParam(value: unknown): value is Param {
  return typeof value === "object" && value !== null && PARAM in value;
}

/** The part of a schema library's object that gives JSON Schema; undefined where it gives none. */
export function jsonSchemaConverter(source: object): StandardJSONSchemaV1.Converter | undefined {
  if (!("~standard" in source)) return undefined;
  const props = source["~standard"] as Partial<StandardJSONSchemaV1.Props>;
  return props.jsonSchema;
}
