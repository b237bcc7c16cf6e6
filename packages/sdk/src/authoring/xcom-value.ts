/** What becomes of a handler's result on its way to another task: an XCom is JSON. A `Date` arrives as text, `undefined` as null. */
export type XcomValue<T> = T extends string | number | boolean | null
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
