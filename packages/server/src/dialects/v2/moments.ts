import { type Instant, secondsBetween, toAirflowText } from "@windlass/contract";

/** A moment as v2 writes it. */
export function z(instant: Instant): string {
  return toAirflowText(instant, "Z");
}

/** As `z`, where there may be none. */
export function zOrNull(instant: Instant | null): string | null {
  return instant === null ? null : z(instant);
}

/** Seconds between two moments; null while the second is open. */
export function durationOf(start: Instant | null, end: Instant | null): number | null {
  return start === null || end === null ? null : secondsBetween(start, end);
}
