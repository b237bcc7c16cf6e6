import type { JsonObject, JsonValue } from "@windlass/contract";

/** Kinds of what may be wrong with one value; pydantic's names, since v2 shows them. */
export type IssueKind =
  | "missing"
  | "extra_forbidden"
  | "string_type"
  | "string_too_short"
  | "string_too_long"
  | "string_pattern_mismatch"
  | "int_type"
  | "int_parsing"
  | "int_from_float"
  | "float_type"
  | "float_parsing"
  | "bool_type"
  | "bool_parsing"
  | "greater_than"
  | "greater_than_equal"
  | "less_than_equal"
  | "datetime_type"
  | "datetime_from_date_parsing"
  | "timezone_aware"
  | "enum"
  | "literal_error"
  | "list_type"
  | "dict_type"
  | "model_attributes_type"
  | "value_error"
  | "json_invalid";

/** Where in a request a value stands: the part, then names and indexes. */
export type Place = readonly [part: "body" | "query" | "path" | "header", ...rest: (string | number)[]];

/** One thing that is wrong with a request, before any dialect words it. */
export interface Issue {
  readonly kind: IssueKind;
  readonly place: Place;
  readonly message: string;
  /** The value that is wrong; for a missing field the object that lacks it. */
  readonly input: JsonValue;
  readonly ctx?: JsonObject;
  /** What would have been right, in words. */
  readonly expected?: string;
  /** The nearest known name, for an unknown field. */
  readonly nearest?: string;
}

/** An old name that was taken for the proper one. */
export interface Leniency {
  readonly given: string;
  readonly proper: string;
  readonly value: JsonValue;
}
