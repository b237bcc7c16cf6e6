import { fromMillis, toMillis, type Instant } from "@windlass/contract";
import { Cron } from "croner";
import { fromWallClock, toWallClock } from "./wall-clock.ts";
import { expandPreset } from "./presets.ts";
import type { Ticks } from "./ticks.ts";

const HOUR_IN_MILLIS = 3_600_000;
/** No zone's clock has ever been set back by more in one step, save for those that moved over the date line. */
const LARGEST_STEP = 3 * HOUR_IN_MILLIS;

/** Milliseconds of the second a moment lies in, and whether it lies after that second's beginning. Ticks are whole seconds. */
function wholeSecond(moment: Instant): { readonly millis: number; readonly hasFraction: boolean } {
  const millis = toMillis(moment);
  return { millis: millis - (millis % 1000), hasFraction: !moment.endsWith(".000000Z") };
}

function nextMillis(cron: Cron, after: number): number | null {
  return cron.nextRun(new Date(after))?.getTime() ?? null;
}

function previousMillis(cron: Cron, before: number): number | null {
  return cron.previousRuns(1, new Date(before))[0]?.getTime() ?? null;
}

/**
 * A schedule at one time of the day (`30 2 * * *`), by Airflow's rule: the time of the wall clock decides. In the night in which it does
 * not exist the tick is as much later as the clock was set forward; in the night in which it comes twice it is the second one.
 */
function fixedTimeTicks(expression: string, timezone: string): Ticks {
  const cron = new Cron(expression, { timezone: "UTC", paused: true });
  return {
    after(moment) {
      const { millis } = wholeSecond(moment);
      // Begun early: the second of two equal times lies behind what the wall clock says.
      let wall = nextMillis(cron, toWallClock(millis, timezone) - LARGEST_STEP);
      while (wall !== null && fromWallClock(wall, timezone) <= millis) wall = nextMillis(cron, wall);
      return wall === null ? null : fromMillis(fromWallClock(wall, timezone));
    },
    before(moment) {
      const { millis, hasFraction } = wholeSecond(moment);
      const bound = hasFraction ? millis + 1000 : millis;
      let wall = previousMillis(cron, toWallClock(bound, timezone) + LARGEST_STEP);
      while (wall !== null && fromWallClock(wall, timezone) >= bound) wall = previousMillis(cron, wall);
      return wall === null ? null : fromMillis(fromWallClock(wall, timezone));
    },
  };
}

/**
 * A schedule at several times of the day (`0 * * * *`): elapsed time goes on through both of the hours that a clock set back gives, and
 * the hour that a clock set forward takes has no ticks of its own.
 */
function repeatingTicks(expression: string, timezone: string): Ticks {
  const cron = new Cron(expression, { timezone, paused: true });
  return {
    after(moment) {
      const next = nextMillis(cron, wholeSecond(moment).millis);
      return next === null ? null : fromMillis(next);
    },
    before(moment) {
      const { millis, hasFraction } = wholeSecond(moment);
      const previous = previousMillis(cron, hasFraction ? millis + 1000 : millis);
      return previous === null ? null : fromMillis(previous);
    },
  };
}

/**
 * The ticks of a cron expression (or a preset such as `@daily`) in a zone.
 * @throws where expression or zone are none; the SDK refuses such a schedule when it loads the file
 */
export function cronTicks(expression: string, timezone: string): Ticks {
  const fields = expandPreset(expression).trim().split(/\s+/);
  const [minute = "", hour = ""] = fields;
  const isFixedTime = fields.length === 5 && /^\d+$/.test(minute) && /^\d+$/.test(hour);
  return (isFixedTime ? fixedTimeTicks : repeatingTicks)(fields.join(" "), timezone);
}
