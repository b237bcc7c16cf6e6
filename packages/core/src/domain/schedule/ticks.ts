import { addMicros, type Instant, type SerializedSchedule } from "@windlass/contract";
import { cronTicks } from "./cron-ticks.ts";
import { everyTicks } from "./every-ticks.ts";

/** The moments of a schedule that repeats. */
export interface Ticks {
  /** The first tick after a moment; null where there is none any more. */
  after(moment: Instant): Instant | null;
  /** The last tick before a moment; null where there was none. */
  before(moment: Instant): Instant | null;
}

/** The first tick at or after a moment. */
export function alignToNext(ticks: Ticks, moment: Instant): Instant | null {
  return ticks.after(addMicros(moment, -1));
}

/** The last tick at or before a moment. */
export function alignToPrevious(ticks: Ticks, moment: Instant): Instant | null {
  return ticks.before(addMicros(moment, 1));
}

/** A schedule whose runs come at ticks. */
export type TickingSchedule = Extract<SerializedSchedule, { readonly kind: "cron" | "every" }>;

/** The ticks of a cron or `every` schedule. @param startDate where `every` counts from; null: 1970 */
export function ticksOf(schedule: TickingSchedule, startDate: Instant | null): Ticks {
  return schedule.kind === "cron"
    ? cronTicks(schedule.expression, schedule.timezone)
    : everyTicks(schedule.seconds, startDate);
}
