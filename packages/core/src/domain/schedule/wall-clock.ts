import { Temporal } from "temporal-polyfill";

/** What a zone's clocks show at a moment, read as if it were UTC. Both are milliseconds since 1970. */
export function toWallClock(millis: number, timezone: string): number {
  if (timezone === "UTC") return millis;
  const zoned = Temporal.Instant.fromEpochMilliseconds(millis).toZonedDateTimeISO(timezone);
  return millis + zoned.offsetNanoseconds / 1e6;
}

/**
 * The moment at which a zone's clocks show a time. A time that comes twice is the second one; one that does not exist is later by as much
 * as the clocks were set forward: both as Airflow reads them.
 */
export function fromWallClock(wallMillis: number, timezone: string): number {
  if (timezone === "UTC") return wallMillis;
  const shown = Temporal.Instant.fromEpochMilliseconds(wallMillis).toZonedDateTimeISO("UTC").toPlainDateTime();
  return shown.toZonedDateTime(timezone, { disambiguation: "later" }).epochMilliseconds;
}
