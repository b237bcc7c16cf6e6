import { isJsonObject, type JsonObject, type JsonValue } from "@windlass/contract";

/** The rows under a member of an answer. */
export function rows(answer: JsonValue, member: string): readonly JsonObject[] {
  if (!isJsonObject(answer)) return [];
  const found = answer[member];
  return Array.isArray(found) ? found.filter(isJsonObject) : [];
}

/** One member of an answer as text for a table; lists joined by commas. */
export function text(row: JsonValue | undefined, member: string): string {
  if (!isJsonObject(row)) return "";
  const value = row[member];
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) {
    return value.map((each) => (isJsonObject(each) ? text(each, "name") : String(each))).join(", ");
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A moment without its fraction, as tables show it. */
export function moment(row: JsonValue | undefined, member: string): string {
  return text(row, member).replace(/\.\d+/, "").replace("T", " ");
}

/** One part of a path. */
export function part(value: string): string {
  return encodeURIComponent(value);
}

/** The warnings that came with an allowed answer, as lines. */
export function warningLines(answer: JsonValue): string[] {
  const windlass = isJsonObject(answer) ? answer.windlass : undefined;
  return rows(windlass ?? null, "warnings").map((each) => {
    const offer = isJsonObject(each.offer) ? ` (${text(each.offer, "method")} ${text(each.offer, "path")})` : "";
    return `warning: ${text(each, "summary")} ${text(each, "fix")}${offer}`;
  });
}
