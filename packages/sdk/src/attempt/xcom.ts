import type { AttemptError, JsonValue, XcomElsewhere } from "@windlass/contract";

/** A handler's result as XCom, none where it gave nothing, or why it cannot be one. */
export type XcomCheck =
  | { readonly kind: "value"; readonly value: JsonValue }
  | { readonly kind: "none" }
  | { readonly kind: "elsewhere"; readonly elsewhere: XcomElsewhere }
  | { readonly kind: "refused"; readonly error: AttemptError };

function refused(
  kind: "xcom-not-json" | "xcom-too-large",
  message: string,
): Extract<XcomCheck, { readonly kind: "refused" }> {
  return { kind: "refused", error: { kind, name: "XComError", message, stack: null } };
}

/** What keeps a value from being JSON, as a half sentence with its path; undefined where nothing does. */
function obstacle(value: unknown, path: string, above: readonly object[]): string | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : `${path} is ${value}`;
    case "bigint":
      return `${path} is a bigint: turn it into text`;
    case "function":
      return `${path} is a function`;
    case "symbol":
      return `${path} is a symbol`;
    case "object":
      break;
  }
  if (value === null || ("toJSON" in value && typeof value.toJSON === "function")) return undefined;
  if (value instanceof Map || value instanceof Set) {
    const kind = value instanceof Map ? "Map" : "Set";
    return `${path} is a ${kind}, of which JSON would keep nothing: turn it into an ${kind === "Map" ? "object" : "array"}`;
  }
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `${path} is binary: turn it into base64 text`;
  if (value instanceof Promise) return `${path} is a promise: await it`;
  if (above.includes(value)) return `${path} contains itself`;
  if (above.length > 200) return `${path} is nested too deep`;
  const inside = [...above, value];
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) {
      const found = obstacle(each, `${path}[${index}]`, inside);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const [name, each] of Object.entries(value)) {
    const found = obstacle(each, `${path}.${name}`, inside);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A value as JSON text, or what keeps it from being JSON. */
export function jsonTextOf(
  value: unknown,
): { readonly kind: "text"; readonly text: string } | Extract<XcomCheck, { readonly kind: "refused" }> {
  const found = obstacle(value, "the result", []);
  if (found !== undefined) return refused("xcom-not-json", `The result cannot be kept as XCom: ${found}.`);
  try {
    return { kind: "text", text: JSON.stringify(value) };
  } catch (error) {
    // A text of JavaScript has an end, too.
    if (error instanceof RangeError)
      return refused("xcom-too-large", `The result is too large to be JSON: ${error.message}.`);
    throw error;
  }
}

/**
 * Makes a handler's result an XCom. JSON.stringify alone would drop functions, turn NaN into null and a Map into nothing, in silence.
 * @param maxBytes upper end of the JSON text in UTF-8 bytes
 */
export function checkXcom(value: unknown, maxBytes: number): XcomCheck {
  if (value === undefined) return { kind: "none" };
  const made = jsonTextOf(value);
  if (made.kind === "refused") return made;
  const { text } = made;
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) {
    const message = `The result has ${bytes} bytes as XCom; ${maxBytes} are allowed. Keep the data elsewhere and return where it is, or configure an object store for XComs.`;
    return refused("xcom-too-large", message);
  }
  return { kind: "value", value: JSON.parse(text) as JsonValue };
}
