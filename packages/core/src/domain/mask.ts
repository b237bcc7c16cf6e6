import { isJsonObject, type JsonValue } from "@windlass/contract";

/** What stands for a secret. */
export const MASK = "***";

// Airflow's own list of names whose values are hidden, and the names that tokens go by.
const SENSITIVE = [
  "access_token",
  "api_key",
  "apikey",
  "authorization",
  "passphrase",
  "passwd",
  "password",
  "private_key",
  "secret",
  "token",
  "keyfile_dict",
  "service_account",
  "access_key",
  "credential",
];

/** Whether a value under this name is a secret. @param more names from the configuration */
export function isSensitiveName(name: string, more: readonly string[] = []): boolean {
  const plain = name.toLowerCase().replaceAll("-", "_");
  return (
    SENSITIVE.some((each) => plain.includes(each)) ||
    more.some((each) => each !== "" && plain.includes(each.toLowerCase()))
  );
}

/** A copy with every value under a secret-looking name replaced. @param names also replaced, whatever they look like */
export function maskSecrets(
  value: JsonValue,
  more: readonly string[] = [],
  names: ReadonlySet<string> = new Set(),
): JsonValue {
  if (Array.isArray(value)) return value.map((each: JsonValue) => maskSecrets(each, more, names));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      each !== null && each !== "" && (names.has(name) || isSensitiveName(name, more))
        ? MASK
        : maskSecrets(each, more, names),
    ]),
  );
}

/** A path whose query holds no secret any more. */
export function maskPath(path: string): string {
  const [before = "", query] = path.split("?", 2);
  if (query === undefined) return before;
  const parts = query.split("&").map((part) => {
    const [name = "", ...rest] = part.split("=");
    return rest.length > 0 && isSensitiveName(name) ? `${name}=${MASK}` : part;
  });
  return `${before}?${parts.join("&")}`;
}
