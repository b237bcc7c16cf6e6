import { isJsonObject, type JsonValue, refusal, type Verdict } from "@windlass/contract";

// Kept as JSON text or as sealed bytes, which take any character.
const TAKES_ANYTHING: ReadonlySet<string> = new Set(["conf", "value", "password", "extra"]);

/** The refusals of texts in a body that PostgreSQL cannot hold: NUL, and halves of surrogate pairs. */
export function storableTextVerdicts(body: JsonValue | undefined): readonly Verdict[] {
  if (!isJsonObject(body)) return [];
  return Object.entries(body).flatMap(([name, value]): Verdict[] => {
    if (TAKES_ANYTHING.has(name) || isStorable(value)) return [];
    const data = { name, part: "body", problem: "it holds NUL or half of a character", expected: "text without them" };
    return [{ phase: "fields", refusal: refusal("request.field_wrong", data, { pointer: `/${name}` }) }];
  });
}

function isStorable(value: JsonValue): boolean {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\u0000");
  if (Array.isArray(value)) return value.every((each: JsonValue) => isStorable(each));
  return !isJsonObject(value) || Object.entries(value).every(([name, each]) => isStorable(name) && isStorable(each));
}
