import { type Field, integer, withDefault } from "../../request/field.ts";

const USUAL = 100;
const MOST = 1000;

/** `limit` and `offset` of every native list; more than the most is refused, not cut in silence. */
export const pagingFields: { readonly limit: Field<number>; readonly offset: Field<number> } = {
  limit: withDefault(integer({ minimum: 0, maximum: MOST }), USUAL),
  offset: withDefault(integer({ minimum: 0 }), 0),
};
