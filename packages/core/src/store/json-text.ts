/**
 * A value as text for a `jsonb` parameter. PostgreSQL refuses NUL and lone surrogates there, which JSON itself allows, so they become U+FFFD; what must
 * come back as it was is stored as `json`.
 */
export function jsonbText(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) =>
    typeof each === "string" ? cleaned(each) : withCleanNames(each),
  );
}

function cleaned(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\ufffd");
}

function withCleanNames(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const names = Object.keys(value);
  if (names.every((name) => name === cleaned(name))) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]: [string, unknown]) => [cleaned(name), each]));
}
