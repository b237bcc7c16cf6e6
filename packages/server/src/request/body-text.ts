import type { BodyProblem } from "../dialect.ts";
import type { JsonValue } from "@windlass/contract";
import { type JsonLimits, readJson } from "./json-reader.ts";

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/i;

/** Reads the bytes of a body. @returns undefined for no body at all */
export function readBody(
  bytes: Uint8Array | undefined,
  contentType: string | undefined,
  limits: JsonLimits,
): { readonly value: JsonValue } | { readonly problem: BodyProblem } | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined;
  const raw = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const type = contentType?.split(";")[0]?.trim() ?? "";
  if (!JSON_TYPE.test(type)) return { problem: { kind: "media_type", given: contentType ?? null, raw } };
  const reading = readJson(raw, limits);
  return reading.ok ? { value: reading.value } : { problem: { kind: "json", problem: reading.problem, raw } };
}
