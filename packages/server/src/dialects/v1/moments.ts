import { type Instant, secondsBetween, toAirflowText } from "@windlass/contract";

/** A moment as v1 writes it: `2026-01-01T00:00:00+00:00`. */
export function iso(instant: Instant): string {
  return toAirflowText(instant, "+00:00");
}

/** As `iso`, where there may be none. */
export function isoOrNull(instant: Instant | null): string | null {
  return instant === null ? null : iso(instant);
}

/** Seconds between two moments; null while one is open. */
export function durationOf(start: Instant | null, end: Instant | null): number | null {
  return start === null || end === null ? null : secondsBetween(start, end);
}

/** A span of seconds as v1 writes Python's timedelta. */
export function timeDelta(seconds: number): {
  readonly __type: "TimeDelta";
  readonly days: number;
  readonly seconds: number;
  readonly microseconds: number;
} {
  const days = Math.floor(seconds / 86_400);
  const whole = Math.floor(seconds) - days * 86_400;
  return { __type: "TimeDelta", days, seconds: whole, microseconds: Math.round((seconds - Math.floor(seconds)) * 1e6) };
}
