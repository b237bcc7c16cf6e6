import { isJsonObject, type JsonObject } from "@windlass/contract";

/** A refusal as a person reads it in a terminal: what, why, how to mend it, and where to read more. */
export function refusalText(refusal: JsonObject, requestId: string | null): string {
  const lines = [`Refused: ${text(refusal.summary)}${refusal.code ? ` [${text(refusal.code)}]` : ""}`];
  if (refusal.reason) lines.push(`  why:  ${text(refusal.reason)}`);
  if (refusal.fix) lines.push(`  fix:  ${text(refusal.fix)}`);
  const suggested = refusal.suggestedRequest;
  if (isJsonObject(suggested)) {
    lines.push(`  try:  ${text(suggested.method)} ${text(suggested.path)} ${JSON.stringify(suggested.body ?? {})}`);
  }
  if (refusal.docs) lines.push(`  more: ${text(refusal.docs)}`);
  if (requestId) lines.push(`  request id: ${requestId}`);
  if (Array.isArray(refusal.also)) {
    for (const other of refusal.also) if (isJsonObject(other)) lines.push(`  also: ${text(other.reason)} ${text(other.fix)}`);
  }
  return lines.join("\n");
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
