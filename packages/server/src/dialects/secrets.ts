import { isJsonObject, type JsonValue } from "@windlass/contract";
import type { ConnectionRow, VariableRow } from "@windlass/core/queries";
import type { Server } from "../server.ts";

const MASK = "***";
// Airflow's own list of names that hide a value.
const SENSITIVE = ["access_token", "api_key", "apikey", "authorization", "passphrase", "passwd", "password", "private_key", "proxy", "proxies", "secret", "token", "keyfile_dict", "service_account"];

/** Whether a name hides its value. */
export function isSensitiveName(name: string): boolean {
  const plain = name.toLowerCase();
  return SENSITIVE.some((each) => plain.includes(each));
}

/** A value with everything masked that stands under a sensitive name. */
export function maskUnderNames(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((each: JsonValue) => maskUnderNames(each));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, isSensitiveName(name) && each !== null ? MASK : maskUnderNames(each)]));
}

/** A connection's `extra` as text, secrets masked; null where there is none. */
export function maskedExtra(server: Server, connection: ConnectionRow): string | null {
  if (connection.extra === null) return null;
  const plain = server.actions.secretBox.open(connection.extra, { table: "connection", column: "extra", row: connection.connectionId });
  try {
    return pythonJson(maskUnderNames(JSON.parse(plain) as JsonValue));
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
  if (isSensitiveName(variable.key)) return MASK;
  const plain = server.actions.secretBox.open(variable.value, { table: "variable", column: "value", row: variable.key });
  try {
    const parsed = JSON.parse(plain) as JsonValue;
    if (typeof parsed !== "object" || parsed === null) return plain;
    const masked = maskUnderNames(parsed);
    return JSON.stringify(masked) === JSON.stringify(parsed) ? plain : pythonJson(masked);
  } catch {
    return plain;
  }
}

/** JSON as Python writes it: a space behind each comma and colon. */
export function pythonJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((each: JsonValue) => pythonJson(each)).join(", ")}]`;
  if (isJsonObject(value)) return `{${Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${pythonJson(each)}`).join(", ")}}`;
  return JSON.stringify(value);
}
