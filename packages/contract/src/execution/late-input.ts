import { isJsonObject, type JsonValue } from "../json.ts";
import type { KeptXcom } from "./kept-xcom.ts";

/**
 * An input whose value is put together where the task runs, because part of it lies outside of the database or is read only as far as it is used. The
 * shapes are those of `SerializedInput`.
 * - `kept`: the value of the n-th of `LateInputs.kept`.
 * - `lazy`: the XComs of a mapped task's instances, read one by one.
 * - `element`: one element of a list, or one `[name, value]` of an object.
 */
export type LateInput =
  | { readonly kind: "value"; readonly value: JsonValue }
  | { readonly kind: "kept"; readonly at: number }
  | { readonly kind: "lazy"; readonly taskId: string; readonly key: string }
  | { readonly kind: "element"; readonly of: LateInput; readonly at: number }
  | { readonly kind: "zip"; readonly sources: readonly LateInput[]; readonly fill?: JsonValue }
  | { readonly kind: "concat"; readonly sources: readonly LateInput[] }
  | { readonly kind: "array"; readonly items: readonly LateInput[] }
  | { readonly kind: "object"; readonly entries: { readonly [name: string]: LateInput } };

/** The inputs of an attempt that are put together where it runs. */
export interface LateInputs {
  readonly arguments: { readonly [argument: string]: LateInput };
  /** An object whose entries are arguments, too; null where there is none. */
  readonly kwargs: LateInput | null;
  readonly kept: readonly KeptXcom[];
}

/** The elements of a list, or the `[name, value]` pairs of an object. */
export function elementsIn(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value as readonly JsonValue[];
  return isJsonObject(value) ? Object.entries(value).map(([name, each]) => [name, each]) : [];
}

/** Elements side by side, as long as the shortest list, or with a fill as the longest. */
export function zipped(lists: readonly (readonly JsonValue[])[], fill: JsonValue | undefined): readonly JsonValue[] {
  const lengths = lists.map((list) => list.length);
  const length = lengths.length === 0 ? 0 : fill === undefined ? Math.min(...lengths) : Math.max(...lengths);
  return Array.from({ length }, (_, at) => lists.map((list) => list[at] ?? fill ?? null));
}

/**
 * Puts late inputs together.
 * @param kept the values of `LateInputs.kept`, in their order
 * @param lazy stands for a lazy input; only whole arguments and what is nested in lists and objects can be one
 */
export function putTogether<L>(
  inputs: LateInputs,
  kept: readonly JsonValue[],
  lazy: (input: Extract<LateInput, { kind: "lazy" }>) => L,
): { readonly [argument: string]: JsonValue | L } {
  function resolve(input: LateInput): JsonValue {
    switch (input.kind) {
      case "value":
        return input.value;
      case "kept":
        return kept[input.at] ?? null;
      case "lazy":
        // No JSON, but the caller's own kind of value: it travels through lists and objects as it is.
        return lazy(input) as JsonValue;
      case "element":
        return elementsIn(resolve(input.of))[input.at] ?? null;
      case "zip":
        return zipped(
          input.sources.map((source) => elementsIn(resolve(source))),
          input.fill,
        );
      case "concat":
        return input.sources.flatMap((source) => elementsIn(resolve(source)));
      case "array":
        return input.items.map(resolve);
      case "object":
        return Object.fromEntries(Object.entries(input.entries).map(([name, each]) => [name, resolve(each)]));
    }
  }
  const given = Object.entries(inputs.arguments).map(([name, input]) => [name, resolve(input)] as const);
  const kwargs = inputs.kwargs === null ? null : resolve(inputs.kwargs);
  return { ...Object.fromEntries(given), ...(isJsonObject(kwargs) ? kwargs : {}) };
}
