import { isJsonObject, type JsonValue } from "@windlass/contract";

/** A JSON value as Python's `repr` writes it, which Airflow 2 shows in its errors, XCom values and logs. */
export function pythonText(value: JsonValue): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : String(value).toLowerCase();
  if (Array.isArray(value)) return `[${value.map((each: JsonValue) => pythonText(each)).join(", ")}]`;
  if (!isJsonObject(value)) return "";
  return `{${Object.entries(value)
    .map(([name, each]) => `${quoted(name)}: ${pythonText(each)}`)
    .join(", ")}}`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(
    /[\u0000-\u001F\u007F\\]/g,
    (letter) => ESCAPES[letter] ?? `\\x${letter.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}
