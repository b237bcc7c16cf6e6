import { isJsonObject, type JsonValue } from "@windlass/contract";
import { isSensitiveName, MASK, maskSecrets, openConnection, openVariable } from "@windlass/core/actions";
import type { ConnectionRow, VariableRow } from "@windlass/core/queries";
import type { Server } from "../server.ts";

/** A connection's `extra` as text, secrets masked; null where there is none. */
export function maskedExtra(server: Server, connection: ConnectionRow): string | null {
  const { extra } = openConnection(server.actions, connection);
  if (extra === null) return null;
  try {
    return pythonJson(maskSecrets(JSON.parse(extra) as JsonValue));
  } catch {
    return MASK;
  }
}

/** A password as it is shown: `***`, or null where there is none. */
export function maskedPassword(connection: ConnectionRow): string | null {
  return connection.password === null ? null : MASK;
}

/** A variable's text; `***` where its key says that it is a secret, and inside of JSON likewise. */
export function shownVariable(server: Server, variable: VariableRow): string {
  const plain = openVariable(server.actions, variable);
  if (isSensitiveName(variable.key)) return MASK;
  try {
    const parsed = JSON.parse(plain) as JsonValue;
    if (typeof parsed !== "object" || parsed === null) return plain;
    const masked = maskSecrets(parsed);
    return JSON.stringify(masked) === JSON.stringify(parsed) ? plain : pythonJson(masked);
  } catch {
    return plain;
  }
}

/** JSON as Python writes it: a space behind each comma and colon. */
export function pythonJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((each: JsonValue) => pythonJson(each)).join(", ")}]`;
  if (isJsonObject(value))
    return `{${Object.entries(value)
      .map(([name, each]) => `${JSON.stringify(name)}: ${pythonJson(each)}`)
      .join(", ")}}`;
  return JSON.stringify(value);
}
