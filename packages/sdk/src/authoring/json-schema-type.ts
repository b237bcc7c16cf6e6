/** A JSON Schema written as an object literal. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

type Primitive = { string: string; integer: number; number: number; boolean: boolean; null: null };

type OfType<T, S> = T extends keyof Primitive
  ? Primitive[T]
  : T extends "array"
    ? S extends { readonly items: infer I }
      ? SchemaValue<I>[]
      : unknown[]
    : T extends "object"
      ? S extends { readonly properties: infer P }
        ? ObjectValue<P, S>
        : Record<string, unknown>
      : unknown;

type RequiredNames<S> = S extends { readonly required: readonly (infer N)[] } ? N : never;

type ObjectValue<P, S> = {
  -readonly [K in keyof P as K extends RequiredNames<S> ? K : never]: SchemaValue<P[K]>;
} & { -readonly [K in keyof P as K extends RequiredNames<S> ? never : K]?: SchemaValue<P[K]> };

/** The type of the values that a JSON Schema literal describes; `unknown` where the literal does not tell. */
export type SchemaValue<S> = S extends { readonly const: infer C }
  ? C
  : S extends { readonly enum: readonly (infer E)[] }
    ? E
    : S extends { readonly type: readonly (infer T)[] }
      ? OfType<T, S>
      : S extends { readonly type: infer T }
        ? OfType<T, S>
        : unknown;
