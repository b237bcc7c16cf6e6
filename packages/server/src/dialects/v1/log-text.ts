import { isJsonObject, type JsonObject } from "@windlass/contract";

/** A stored log line as a line of text: `[moment] {source} LEVEL - event`, fields behind it. */
export function logText(line: JsonObject): string {
  const { timestamp, level, source, event, fields } = line;
  const head =
    typeof timestamp === "string"
      ? `[${timestamp.replace("Z", "+0000")}] {${typeof source === "string" ? source : "task"}} ${(typeof level === "string" ? level : "info").toUpperCase()} - `
      : "";
  const more = isJsonObject(fields)
    ? Object.entries(fields)
        .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
        .join("")
    : "";
  return `${head}${typeof event === "string" ? event : JSON.stringify(event ?? null)}${more}\n`;
}
