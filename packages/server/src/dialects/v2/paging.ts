import { type Field, integer, list, text, withDefault } from "../../request/field.ts";

const MOST = 100;

/** `limit` and `offset` of every v2 list. */
export const pagingFields = {
  limit: withDefault(integer({ minimum: 0 }), 50),
  offset: withDefault(integer({ minimum: 0 }), 0),
} as const;

/** `order_by`, which may stand several times. */
export function orderField(byDefault: string): Field<readonly string[]> {
  return withDefault(list(text()), [byDefault]);
}

/** As Airflow, more than 100 are cut to 100 in silence, and 0 gives none. */
export function pageOf(query: { readonly limit: number; readonly offset: number }): {
  readonly limit: number;
  readonly offset: number;
} {
  return { limit: Math.min(query.limit, MOST), offset: query.offset };
}
