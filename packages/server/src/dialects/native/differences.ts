import { isJsonObject, type JsonObject, type JsonValue } from "@windlass/contract";

/** One place at which two objects differ; a side that lacks it has null. */
export interface Difference extends JsonObject {
  /** Names with dots between, such as `params.n`. */
  readonly path: string;
  readonly left: JsonValue;
  readonly right: JsonValue;
}

/** Where two objects differ, member by member, in the order of their names; lists are compared as a whole. */
export function differences(left: JsonObject, right: JsonObject, above = ""): readonly Difference[] {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].flatMap((name) => {
    const path = above === "" ? name : `${above}.${name}`;
    const [a, b] = [left[name] ?? null, right[name] ?? null];
    if (isJsonObject(a) && isJsonObject(b)) return differences(a, b, path);
    return sameValue(a, b) ? [] : [{ path, left: a, right: b }];
  });
}

function sameValue(a: JsonValue, b: JsonValue): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return (
      a.length === b.length && a.every((each: JsonValue, index) => sameValue(each, (b[index] ?? null) as JsonValue))
    );
  if (isJsonObject(a) && isJsonObject(b)) return differences(a, b).length === 0;
  return a === b;
}
