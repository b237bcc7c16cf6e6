import { fromMillis, type JsonValue, parseInstant } from "@windlass/contract";
import type { WrittenMoment } from "./field.ts";

const BARE_DAY = /^\d{4}-\d{2}-\d{2}$/;
const NAIVE = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?$/;
// Beyond it a number is taken as milliseconds, as pydantic does.
const SECONDS_LIMIT = 20_000_000_000;

/** Reads a moment as pydantic does: RFC 3339, a bare day, a text without a zone, or a Unix number. @returns the problem in pydantic's words */
export function readMoment(value: JsonValue): WrittenMoment | { readonly problem: string } {
  if (typeof value === "number") return fromNumber(value);
  const written = typeof value === "string" ? value.trim() : "";
  if (/^[+-]?\d+(?:\.\d+)?$/.test(written)) return fromNumber(Number(written));
  const instant = parseInstant(written);
  if (instant !== undefined) return { instant, hasZone: true };
  if (BARE_DAY.test(written)) return naive(`${written}T00:00:00Z`);
  if (NAIVE.test(written)) return naive(`${written}Z`);
  return { problem: written.length < 10 ? "input is too short" : "invalid character in year" };
}

function naive(asUtc: string): WrittenMoment | { readonly problem: string } {
  const instant = parseInstant(asUtc);
  return instant === undefined ? { problem: "day value is outside expected range" } : { instant, hasZone: false };
}

function fromNumber(value: number): WrittenMoment | { readonly problem: string } {
  const millis = Math.abs(value) > SECONDS_LIMIT ? value : value * 1000;
  if (!Number.isFinite(millis) || Math.abs(millis) > 253_402_300_799_999)
    return { problem: "date value is outside expected range" };
  return { instant: fromMillis(millis), hasZone: true };
}
