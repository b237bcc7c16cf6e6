import { inspect } from "node:util";
import type { JsonObject, JsonValue, LogLine } from "@windlass/contract";
import type { TaskLog } from "../authoring/context.ts";

function plain(value: unknown): JsonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Error) return value.stack ?? String(value);
  try {
    const text = typeof value === "object" ? JSON.stringify(value) : undefined;
    if (text !== undefined) return JSON.parse(text) as JsonValue;
  } catch {
    // Circular, or a bigint inside: shown as people read it.
  }
  return inspect(value, { depth: 3 });
}

/** A task's `ctx.log`, which hands each line on. A log never throws because of what it is given. */
export function makeTaskLog(write: (line: Pick<LogLine, "level" | "source" | "event" | "fields">) => void): TaskLog {
  const at =
    (level: LogLine["level"]) =>
    (message: string, fields?: Readonly<Record<string, unknown>>): void => {
      const event = typeof message === "string" ? message : inspect(message);
      if (fields === undefined) return write({ level, source: "task", event });
      const named: JsonObject = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)]));
      write({ level, source: "task", event, fields: named });
    };
  return { debug: at("debug"), info: at("info"), warning: at("warning"), error: at("error") };
}
