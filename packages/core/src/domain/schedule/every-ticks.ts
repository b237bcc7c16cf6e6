import { fromMicros, instant, toMicros, type Instant } from "@windlass/contract";
import type { Ticks } from "./ticks.ts";

/**
 * A fixed span, counted in elapsed time from `startDate` (clock changes do not matter to it), so that a pause or a late scheduler never
 * moves the ticks. Without a start date they are counted from 1970: an hour's ticks are the full hours.
 */
export function everyTicks(seconds: number, startDate: Instant | null): Ticks {
  const origin = toMicros(startDate ?? instant("1970-01-01T00:00:00Z"));
  const span = BigInt(Math.round(seconds * 1e6));

  /** How many whole spans lie between the origin and a moment, rounded down also before the origin. */
  function spansUntil(micros: bigint): bigint {
    const distance = micros - origin;
    const spans = distance / span;
    return distance < 0n && spans * span !== distance ? spans - 1n : spans;
  }

  return {
    after: (moment) => fromMicros(origin + (spansUntil(toMicros(moment)) + 1n) * span),
    before: (moment) => fromMicros(origin + spansUntil(toMicros(moment) - 1n) * span),
  };
}
