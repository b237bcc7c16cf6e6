import { isJsonObject } from "../../api/json.ts";

/** A line of a log, as drawn. */
export interface ParsedLine {
  readonly timestamp: string | null;
  readonly level: "debug" | "info" | "warning" | "error" | "critical" | null;
  readonly source: string | null;
  readonly text: string;
  /** Structured fields as `name=value`. */
  readonly fields: string;
  readonly marker: string | null;
}

const LEVELS: readonly string[] = ["debug", "info", "warning", "error", "critical"];

/** Reads a stored line; what is no JSON of ours is shown as it is. */
export function parseLine(raw: string): ParsedLine {
  if (raw.startsWith("{")) {
    try {
      const value: unknown = JSON.parse(raw);
      if (isJsonObject(value) && typeof value.event === "string") {
        const level = typeof value.level === "string" ? value.level.toLowerCase() : "";
        return {
          timestamp: typeof value.timestamp === "string" ? value.timestamp : null,
          level: LEVELS.includes(level) ? (level as ParsedLine["level"]) : null,
          source: typeof value.source === "string" ? value.source : null,
          text: value.event,
          fields: isJsonObject(value.fields)
            ? Object.entries(value.fields)
                .map(([name, each]) => `${name}=${typeof each === "string" ? each : JSON.stringify(each)}`)
                .join(" ")
            : "",
          marker: typeof value.marker === "string" ? value.marker : null,
        };
      }
    } catch {
      // A line cut by a crash.
    }
  }
  return { timestamp: null, level: null, source: null, text: raw, fields: "", marker: null };
}

/** What of a line is searched, copied and downloaded. */
export function plainText({ text, fields }: ParsedLine): string {
  return fields === "" ? text : `${text} ${fields}`;
}

/** A line of the downloaded file. */
export function fileLine(raw: string): string {
  const line = parseLine(raw);
  const head = [line.timestamp, line.level?.toUpperCase()].filter((each) => each != null).join(" ");
  return head === "" ? plainText(line) : `${head} ${plainText(line)}`;
}
