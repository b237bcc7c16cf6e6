import type { JsonValue } from "@windlass/contract";

// What is JSON already stays as it is: JsonValue refers to itself, and taking it apart would never end.
/** What becomes of a handler's result on its way to another task: an XCom is JSON. A `Date` arrives as text, `undefined` as null. */
export type XcomValue<T> = T extends JsonValue
  ? T
  : T extends undefined | void
    ? null
    : T extends { toJSON(): infer J }
      ? J
      : T extends readonly unknown[]
        ? { [K in keyof T]: XcomValue<T[K]> }
        : T extends (...args: never[]) => unknown
          ? never
          : T extends object
            ? { [K in keyof T]: XcomValue<T[K]> }
            : T;
