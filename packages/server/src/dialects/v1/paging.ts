import { type Field, integer, list, optional, text, withDefault } from "../../request/field.ts";

const MOST = 100;

/** `limit` and `offset` of every v1 list. */
export const pagingFields = {
  limit: withDefault(integer({ minimum: 0 }), MOST),
  offset: withDefault(integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), 0),
} as const;

/** `order_by`, of which the last counts where it stands several times. */
export const orderField: Field<string | undefined> = optional(text());

/** `fields`, by which an answer's objects are cut. */
export const returnFields: Field<readonly string[] | undefined> = optional(list(text()));

/** As Airflow 2: 0 means 100, and more are cut to 100 in silence. */
export function pageOf(query: { readonly limit: number; readonly offset: number }): {
  readonly limit: number;
  readonly offset: number;
} {
  return { limit: query.limit === 0 ? MOST : Math.min(query.limit, MOST), offset: query.offset };
}

/** The names in `order_by`, or the list's own order. */
export function orderOf(given: string | undefined, byDefault: string): readonly string[] {
  return [given ?? byDefault];
}
