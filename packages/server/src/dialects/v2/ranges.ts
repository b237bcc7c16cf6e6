import type { Instant } from "@windlass/contract";
import { type Field, moment, nullable, number, optional } from "../../request/field.ts";

/** Bounds of a moment or number as queries want them. */
export interface ReadRange<Value> {
  readonly gte?: Value | undefined;
  readonly gt?: Value | undefined;
  readonly lte?: Value | undefined;
  readonly lt?: Value | undefined;
}

type Bounds<Name extends string, Value> = {
  readonly [Key in `${Name}_${"gte" | "gt" | "lte" | "lt"}`]: Field<Value | undefined>;
};

/** The four filters of a moment in a query; without a zone they are taken as UTC (Airflow 3 fails on them). */
export function momentBounds<const Name extends string>(name: Name): Bounds<Name, Instant> {
  return bounds(name, optional(moment("utc")));
}

/** The four filters of a moment in a body; null is no bound. */
export function bodyMomentBounds<const Name extends string>(name: Name): Bounds<Name, Instant | null> {
  return bounds(name, optional(nullable(moment("required"))));
}

/** The four filters of a number. */
export function numberBounds<const Name extends string>(name: Name): Bounds<Name, number | null> {
  return bounds(name, optional(nullable(number())));
}

function bounds<Name extends string, Value>(name: Name, field: Field<Value | undefined>): Bounds<Name, Value> {
  const all: Record<string, Field<Value | undefined>> = {};
  for (const bound of ["gte", "gt", "lte", "lt"]) all[`${name}_${bound}`] = field;
  return all as Bounds<Name, Value>;
}

/** Reads the four filters back. */
export function rangeOf<Value>(values: object, name: string): ReadRange<Value> {
  const read = (bound: string): Value | undefined =>
    ((values as Record<string, unknown>)[`${name}_${bound}`] as Value | null | undefined) ?? undefined;
  return { gte: read("gte"), gt: read("gt"), lte: read("lte"), lt: read("lt") };
}
