import type { Instant, JsonObject, JsonValue } from "@windlass/contract";

/** A moment as a caller wrote it: with a zone it is an `Instant`; without one the dialect decides what it means. */
export interface WrittenMoment {
  readonly instant: Instant;
  readonly hasZone: boolean;
}

/** How strictly a moment is read. */
export type MomentManner = "required" | "utc" | "rfc3339";

/** What one value of a request may be; data, so that checking, OpenAPI and "did you mean" read the same. */
export type FieldSpec =
  | {
      readonly kind: "text";
      readonly minLength?: number;
      readonly maxLength?: number;
      readonly pattern?: string;
      /** A rule that no schema says: the sentence that is wrong with the value, or undefined. */
      readonly rule?: (value: string) => string | undefined;
    }
  | { readonly kind: "integer"; readonly minimum?: number; readonly above?: number; readonly maximum?: number }
  | { readonly kind: "number"; readonly minimum?: number; readonly above?: number }
  | { readonly kind: "boolean" }
  | { readonly kind: "moment"; readonly zone: MomentManner }
  | { readonly kind: "choice"; readonly values: readonly string[]; readonly literal?: boolean }
  | { readonly kind: "list"; readonly items: Field<unknown> }
  | { readonly kind: "dictionary" }
  | {
      readonly kind: "record";
      readonly fields: Fields;
      /** Unknown names are ignored, because the original ignores them and nothing is written from them. */
      readonly ignoresUnknown?: boolean;
    }
  | {
      readonly kind: "any";
      /** A rule that no schema says: the sentence that is wrong with the value, or undefined. */
      readonly rule?: (value: JsonValue) => string | undefined;
    };

/** A field with what stands around its value. */
export interface Field<Value> {
  readonly spec: FieldSpec;
  readonly required: boolean;
  readonly nullable: boolean;
  /** Taken where the field is absent. */
  readonly byDefault?: JsonValue;
  readonly description?: string;
  /** Old names that are taken with a warning unless the server is strict, such as `run_id`. */
  readonly aliases?: readonly string[];
  /** Never set; carries the type of the checked value. */
  readonly value?: Value;
}

/** Fields by name. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** The checked value of a set of fields. */
export type ValueOf<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer Value> ? Value : never;
};

type TextRules = Omit<Extract<FieldSpec, { kind: "text" }>, "kind">;
type IntegerRules = Omit<Extract<FieldSpec, { kind: "integer" }>, "kind">;

function field<Value>(spec: FieldSpec): Field<Value> {
  return { spec, required: true, nullable: false };
}

/** A text. */
export function text(rules: TextRules = {}): Field<string> {
  return field({ kind: "text", ...rules });
}

/** A whole number. */
export function integer(rules: IntegerRules = {}): Field<number> {
  return field({ kind: "integer", ...rules });
}

/** A number. */
export function number(rules: { readonly minimum?: number; readonly above?: number } = {}): Field<number> {
  return field({ kind: "number", ...rules });
}

/** true or false. */
export function flag(): Field<boolean> {
  return field({ kind: "boolean" });
}

/** A moment; `"utc"` takes one without a zone as UTC, `"rfc3339"` takes only the full form with `T`, seconds and zone. */
export function moment(zone: MomentManner = "required"): Field<Instant> {
  return field({ kind: "moment", zone });
}

/** One of some texts. */
export function choice<const Values extends readonly string[]>(values: Values): Field<Values[number]> {
  return field({ kind: "choice", values });
}

/** Exactly one text. */
export function literal<const Value extends string>(value: Value): Field<Value> {
  return field({ kind: "choice", values: [value], literal: true });
}

/** A list of one kind of value. */
export function list<Item>(items: Field<Item>): Field<readonly Item[]> {
  return field({ kind: "list", items });
}

/** Any JSON object. */
export function dictionary(): Field<JsonObject> {
  return field({ kind: "dictionary" });
}

/** A closed object. */
export function record<F extends Fields>(fields: F): Field<ValueOf<F>> {
  return field({ kind: "record", fields });
}

/** An object whose unknown names are ignored: only where the original does so and nothing is stored from it (log-ins). */
export function tolerantRecord<F extends Fields>(fields: F): Field<ValueOf<F>> {
  return field({ kind: "record", fields, ignoresUnknown: true });
}

/** Any JSON value. */
export function anything(): Field<JsonValue> {
  return field({ kind: "any" });
}

/** A JSON value that a rule judges; the words of the rule are what is told. */
export function judged<Value>(rule: (value: JsonValue) => string | undefined): Field<Value> {
  return field({ kind: "any", rule });
}

/** May be left out. */
export function optional<Value>(inner: Field<Value>): Field<Value | undefined> {
  return { ...inner, required: false };
}

/** May be null. */
export function nullable<Value>(inner: Field<Value>): Field<Value | null> {
  return { ...inner, nullable: true };
}

/** May be left out, and is then this value. */
export function withDefault<Value extends JsonValue>(inner: Field<Value>, value: NoInfer<Value>): Field<Value> {
  return { ...inner, required: false, byDefault: value };
}

/** Takes older names too, with a warning, unless the server is strict. */
export function alsoCalled<Value>(inner: Field<Value>, ...aliases: readonly string[]): Field<Value> {
  return { ...inner, aliases };
}
