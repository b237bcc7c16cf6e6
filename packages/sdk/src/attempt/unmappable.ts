import type { JsonValue } from "@windlass/contract";

/** Why others cannot be mapped over a result, in a sentence; undefined where they can. */
export function whyUnmappable(value: JsonValue | undefined, most: number): string | undefined {
  if (typeof value !== "object" || value === null) {
    const given = value === undefined || value === null ? "nothing" : `a ${typeof value}`;
    return whyNoLength(null, most, given);
  }
  return whyNoLength(Array.isArray(value) ? value.length : Object.keys(value).length, most, "");
}

/** The same of a result whose length is all that is at hand; null: it is no list. */
export function whyNoLength(length: number | null, most: number, given = "no list"): string | undefined {
  if (length === null)
    return `Another task is mapped over this task's result, so it must be a list or an object; it is ${given}.`;
  if (length <= most) return undefined;
  return `The result has ${String(length)} elements, and at most ${String(most)} can be mapped over ([core] max_map_length).`;
}
