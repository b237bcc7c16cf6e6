import type { Instant } from "@windlass/contract";
import { type Field, moment, number, optional } from "../../request/field.ts";

interface ReadRange<Value> {
  readonly gte?: Value | undefined;
  readonly lte?: Value | undefined;
}

type Bounds<Name extends string, Value> = { readonly [Key in `${Name}_${"gte" | "lte"}`]: Field<Value | undefined> };

/** The two filters of a moment: `start_date_gte`, `start_date_lte`. */
export function momentBounds<const Name extends string>(name: Name): Bounds<Name, Instant> {
  return bounds(name, optional(moment("rfc3339")));
}

/** The two filters of a number. */
export function numberBounds<const Name extends string>(name: Name): Bounds<Name, number> {
  return bounds(name, optional(number()));
}

function bounds<Name extends string, Value>(name: Name, field: Field<Value | undefined>): Bounds<Name, Value> {
  return { [`${name}_gte`]: field, [`${name}_lte`]: field } as Bounds<Name, Value>;
}

/** Reads the two filters back. */
export function rangeOf<Value>(values: object, name: string): ReadRange<Value> {
  const read = (bound: string): Value | undefined => (values as Record<string, Value | undefined>)[`${name}_${bound}`];
  return { gte: read("gte"), lte: read("lte") };
}
