/** Variables of a scenario: `{{name}}` in a request, saved from answers by JSON pointer. */
import type { Json } from "./recording.ts";

export type Variables = Record<string, string | number | boolean>;

const WHOLE = /^\{\{(\w+)\}\}$/;
const EACH = /\{\{(\w+)\}\}/g;

/** Replaces the variables in every string of `value`; a string that is nothing but a saved number becomes that number. */
export function fill<T extends Json | undefined>(value: T, variables: Variables): T {
  return replace(value, variables) as T;
}

function replace(value: Json | undefined, variables: Variables): Json | undefined {
  if (typeof value === "string") {
    const whole = WHOLE.exec(value)?.[1];
    if (whole !== undefined && typeof variables[whole] === "number") return variables[whole];
    return value.replace(EACH, (mark, name: string) => (name in variables ? String(variables[name]) : mark));
  }
  if (Array.isArray(value)) return value.map((item) => replace(item, variables) ?? null);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item, variables) ?? null]));
  }
  return value;
}

/** The value at a JSON pointer, or undefined. Escapes (`~0`, `~1`) do not occur in the recordings. */
export function at(document: Json | undefined, pointer: string): Json | undefined {
  let here: unknown = document;
  for (const key of pointer.split("/").slice(1)) {
    if (here === null || here === undefined) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here as Json | undefined;
}

/** Keeps the values that a step asks to save; absent and null ones are left out. */
export function save(
  wanted: Readonly<Record<string, string>> | undefined,
  answer: Json | undefined,
  into: Variables,
): void {
  for (const [name, pointer] of Object.entries(wanted ?? {})) {
    const found = at(answer, pointer);
    if (found !== undefined && found !== null) into[name] = found as string | number | boolean;
  }
}
