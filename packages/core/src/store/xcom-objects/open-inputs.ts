import type { JsonValue } from "@windlass/contract";
import type { KeptInputs } from "../../domain/attempt-facts.ts";
import type { XcomReference } from "../../domain/mapping/resolve-inputs.ts";
import type { XcomContent } from "../xcom.ts";
import { openXcom } from "./open-xcom.ts";
import type { XcomObjects } from "./xcom-objects.ts";

/** The XComs that an attempt takes: values at hand, and the others opened to it. */
export interface OpenedInputs {
  readonly value: (reference: XcomReference) => JsonValue | undefined;
  /** Left out where every value is at hand. */
  readonly kept?: KeptInputs;
}

function nameOf({ taskId, mapIndex, key }: XcomReference): string {
  return `${taskId}\n${String(mapIndex)}\n${key}`;
}

/** Opens the XComs that an attempt takes. @throws where one lies in an object store that cannot be asked */
export async function openInputs(
  objects: XcomObjects | undefined,
  found: readonly (XcomReference & { readonly content: XcomContent })[],
): Promise<OpenedInputs> {
  const values = new Map<string, JsonValue>();
  const places = new Map<string, { readonly at: number; readonly length: number | null }>();
  const others: Exclude<XcomContent, { kind: "value" }>[] = [];
  for (const each of found) {
    const { content } = each;
    if (content.kind === "value") values.set(nameOf(each), content.value);
    else places.set(nameOf(each), { at: others.push(content) - 1, length: content.length });
  }
  const value = (reference: XcomReference): JsonValue | undefined => values.get(nameOf(reference));
  if (others.length === 0) return { value };
  const kept = await Promise.all(others.map((each) => openXcom(objects, each)));
  return { value, kept: { kept, find: (reference) => places.get(nameOf(reference)) } };
}
