import { isJsonObject, type JsonValue, type SerializedExpand, type SerializedInput } from "@windlass/contract";

/** Elements of a task's result: of its only instance the result's length, of a mapped task the number of values. null: it has none. */
export type ResultLength = (taskId: string) => number | null;

function lengthOfValue(value: JsonValue): number | null {
  if (Array.isArray(value)) return value.length;
  return isJsonObject(value) ? Object.keys(value).length : null;
}

/** How many elements a source has; null where it is no list (yet). */
function sourceLength(source: SerializedInput, resultLength: ResultLength): number | null {
  switch (source.kind) {
    case "value":
      return lengthOfValue(source.value);
    case "xcom":
      return resultLength(source.taskId);
    case "array":
      return source.items.length;
    case "object":
      return Object.keys(source.entries).length;
    case "mapped":
      return null;
    case "zip": {
      const lengths = source.sources.map((each) => sourceLength(each, resultLength));
      if (!lengths.every((each) => each !== null)) return null;
      if (lengths.length === 0) return 0;
      return source.fill === undefined ? Math.min(...lengths) : Math.max(...lengths);
    }
    case "concat":
      return source.sources.reduce<number | null>((sum, each) => {
        const length = sourceLength(each, resultLength);
        return sum === null || length === null ? null : sum + length;
      }, 0);
  }
}

/** How many instances an expansion gives: the product of its arguments' lengths, or the number of its objects. null: a source is no list. */
export function expansionLength(expand: SerializedExpand, resultLength: ResultLength): number | null {
  if (expand.kind === "kwargs") return sourceLength(expand.source, resultLength);
  return Object.values(expand.arguments).reduce<number | null>((product, source) => {
    const length = sourceLength(source, resultLength);
    return product === null || length === null ? null : product * length;
  }, 1);
}

/**
 * Which element of each argument a map index gets: the last argument runs fastest.
 * @param lengths of the arguments, in their order
 */
export function elementsOf(
  mapIndex: number,
  lengths: readonly (readonly [argument: string, length: number])[],
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let rest = mapIndex;
  for (const [argument, length] of lengths.toReversed()) {
    found.set(argument, rest % length);
    rest = Math.floor(rest / length);
  }
  return found;
}
