import { isJsonObject, type JsonObject, type Refusal } from "@windlass/contract";

/** A refusal as a person reads it in a terminal: what, why, how to mend it, and where to read more. */
export function refusalText(refusal: JsonObject | Refusal, requestId: string | null): string {
  const lines = [`Refused: ${text(refusal.summary)}${refusal.code ? ` [${text(refusal.code)}]` : ""}`];
  if (refusal.reason) lines.push(`  why:  ${text(refusal.reason)}`);
  if (refusal.fix) lines.push(`  fix:  ${text(refusal.fix)}`);
  const suggested = refusal.suggestedRequest;
  if (isJsonObject(suggested)) {
    lines.push(`  try:  ${text(suggested.method)} ${text(suggested.path)} ${JSON.stringify(suggested.body ?? {})}`);
  }
  if (refusal.docs) lines.push(`  more: ${text(refusal.docs)}`);
  if (requestId) lines.push(`  request id: ${requestId}`);
  if ("also" in refusal && Array.isArray(refusal.also)) {
    for (const other of refusal.also as readonly unknown[])
      if (isJsonObject(other)) lines.push(`  also: ${text(other.reason)} ${text(other.fix)}`);
  }
  return lines.join("\n");
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
