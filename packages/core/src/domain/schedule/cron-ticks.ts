import {
  fromMillis,
  invariant,
  nextCronMinute,
  parseCron,
  previousCronMinute,
  toMillis,
  type Instant,
} from "@windlass/contract";
import { fromWallClock, toWallClock } from "./wall-clock.ts";
import { expandPreset } from "./presets.ts";
import type { Ticks } from "./ticks.ts";

const HOUR_IN_MILLIS = 3_600_000;
/** No zone's clock has ever been set by more in one step, save for those that moved over the date line. */
const LARGEST_STEP = 3 * HOUR_IN_MILLIS;

/** Milliseconds of the second a moment lies in, and whether it lies after that second's beginning. Ticks are whole minutes. */
function wholeSecond(moment: Instant): { readonly millis: number; readonly hasFraction: boolean } {
  const millis = toMillis(moment);
  return { millis: millis - (millis % 1000), hasFraction: !moment.endsWith(".000000Z") };
}

/**
 * The ticks of a cron expression (or a preset such as `@daily`) in a zone, by Airflow's two rules for clocks that are set:
 * - at every hour (`0 * * * *`) elapsed time goes on: both of the hours that a clock set back gives have their ticks, and the hour that a clock set
 *   forward takes has none of its own;
 * - at any other hours (`30 2 * * *`, every second hour) the wall clock decides: a time that does not exist is as much later as the clock was set forward,
 *   and one that comes twice is the second one. Times that fall behind the first of them are left out.
 * @throws InvariantError where the expression is none; the SDK refuses such a schedule when it loads the file
 */
export function cronTicks(expression: string, timezone: string): Ticks {
  const parsed = parseCron(expandPreset(expression));
  invariant(parsed.ok, `not a cron expression: ${expression}`);
  const { fields } = parsed;
  const everyHour = fields.hours.length === 24;
  const wallOf = (millis: number): number => toWallClock(millis, timezone);

  function after(millis: number): number | null {
    const wall = wallOf(millis);
    const next = nextCronMinute(fields, wall);
    if (next === null) return null;
    return everyHour ? millis + (next - wall) : fromWallClock(next, timezone);
  }

  /** Whether the clocks are set nowhere near a moment, nor between it and the other. */
  function isCalm(millis: number, other: number): boolean {
    const ahead = wallOf(other) - other;
    return [millis - LARGEST_STEP, millis, millis + LARGEST_STEP].every((each) => wallOf(each) - each === ahead);
  }

  function before(millis: number): number | null {
    const wall = wallOf(millis);
    const previous = previousCronMinute(fields, wall);
    if (previous === null) return null;
    const found = everyHour ? millis - (wall - previous) : fromWallClock(previous, timezone);
    if (found < millis && isCalm(found, millis)) return found;
    // Where clocks are set only the way forwards tells which times are ticks: it is taken from well before.
    const well = previousCronMinute(fields, wallOf(Math.min(found, millis) - 2 * LARGEST_STEP));
    let tick = well === null ? null : fromWallClock(well, timezone);
    for (let next = tick; next !== null && next < millis; next = after(next)) tick = next;
    return tick;
  }

  return {
    after(moment) {
      const next = after(wholeSecond(moment).millis);
      return next === null ? null : fromMillis(next);
    },
    before(moment) {
      const { millis, hasFraction } = wholeSecond(moment);
      const previous = before(hasFraction ? millis + 1000 : millis);
      return previous === null ? null : fromMillis(previous);
    },
  };
}
