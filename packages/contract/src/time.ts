import { invariant } from "./invariant.ts";

/**
 * A moment in UTC with microseconds, always in the one form `YYYY-MM-DDTHH:MM:SS.ffffffZ`. Because the form is fixed, `<` and `>` on the
 * strings order the moments. `Date` is avoided: its milliseconds would lose the digits that keep two runs apart.
 */
export type Instant = string & { readonly __instant: true };

/** A source of the present moment. Domain code is handed one; only process entry points use the machine's. */
export interface Clock {
  now(): Instant;
}

const FORM =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)$/;
const MICROS_PER_SECOND = 1_000_000n;

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** Microseconds since 1970 of a moment. */
export function toMicros(instant: Instant): bigint {
  const millis = Date.parse(`${instant.slice(0, 23)}Z`);
  return BigInt(millis) * 1000n + BigInt(instant.slice(23, 26));
}

/** The moment that many microseconds after 1970 began. */
export function fromMicros(micros: bigint): Instant {
  const inMilli = ((micros % 1000n) + 1000n) % 1000n;
  const millis = Number((micros - inMilli) / 1000n);
  return `${new Date(millis).toISOString().slice(0, 23)}${pad(Number(inMilli), 3)}Z` as Instant;
}

/** The moment that many milliseconds after 1970 began; a fraction keeps its microseconds. */
export function fromMillis(millis: number): Instant {
  const whole = Math.floor(millis);
  return fromMicros(BigInt(whole) * 1000n + BigInt(Math.floor((millis - whole) * 1000)));
}

/** Milliseconds since 1970 of a moment; microseconds are cut off. */
export function toMillis(instant: Instant): number {
  return Date.parse(`${instant.slice(0, 23)}Z`);
}

/**
 * Reads an RFC 3339 date-time (also with a space for `T`, without seconds, or with an offset such as `+02` or `+0200`).
 * @returns undefined where the text is no moment: no zone, no such day, not a date-time at all
 */
export function parseInstant(text: string): Instant | undefined {
  const parts = FORM.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second = "00", fraction = "", zone = "Z"] = parts;
  const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const millis = Date.parse(wall);
  // Date.parse rolls 31 February over into March; a date that does not come back as written does not exist.
  if (Number.isNaN(millis) || new Date(millis).toISOString() !== wall) return undefined;
  let offsetMinutes = 0;
  if (zone !== "Z" && zone !== "z") {
    const hours = Number(zone.slice(1, 3));
    const minutes = Number(zone.slice(3).replace(":", "") || "0");
    if (hours > 23 || minutes > 59) return undefined;
    offsetMinutes = (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
  }
  const micros = BigInt(millis) * 1000n + BigInt(fraction.padEnd(6, "0").slice(0, 6) || "0");
  return fromMicros(micros - BigInt(offsetMinutes) * 60n * MICROS_PER_SECOND);
}

/** As `parseInstant`, for text that the program itself made. @throws InvariantError */
export function instant(text: string): Instant {
  const parsed = parseInstant(text);
  invariant(parsed !== undefined, `not a moment: ${text}`);
  return parsed;
}

/** The moment `micros` microseconds later (earlier where negative). */
export function addMicros(from: Instant, micros: number): Instant {
  return fromMicros(toMicros(from) + BigInt(micros));
}

/** The moment `seconds` later (earlier where negative); fractions count to the microsecond. */
export function addSeconds(from: Instant, seconds: number): Instant {
  return fromMicros(toMicros(from) + BigInt(Math.round(seconds * 1e6)));
}

/** Seconds from `from` to `to`, with fractions; negative where `to` is earlier. */
export function secondsBetween(from: Instant, to: Instant): number {
  return Number(toMicros(to) - toMicros(from)) / 1e6;
}

/** The earlier of two moments, where null means "never". */
export function earlier(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null) return b;
  if (b === null) return a;
  return a < b ? a : b;
}

/**
 * A moment as Airflow writes it in JSON: `2026-01-01T00:00:00Z` (v2) or with `+00:00` (v1); a fraction only where there is one.
 * @param zone what stands for UTC
 */
export function toAirflowText(instant: Instant, zone: "Z" | "+00:00"): string {
  const fraction = instant.slice(20, 26);
  return `${instant.slice(0, 19)}${fraction === "000000" ? "" : `.${fraction}`}${zone}`;
}
