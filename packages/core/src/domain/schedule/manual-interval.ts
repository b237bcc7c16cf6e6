import { addSeconds, type Instant, type SerializedSchedule } from "@windlass/contract";
import { alignToPrevious, ticksOf } from "./ticks.ts";

/** The data interval of a run by hand; both null where it stands for no moment. */
export interface ManualInterval {
  readonly dataIntervalStart: Instant | null;
  readonly dataIntervalEnd: Instant | null;
}

/**
 * The data interval that a run made by hand gets unless its maker names one. Under a cron schedule with data intervals it is the last whole
 * one before the logical date; everywhere else it ends at the logical date, as wide as the schedule's ticks have it, which is empty as a rule. A run without logical date has none.
 */
export function manualInterval(schedule: SerializedSchedule, logicalDate: Instant | null): ManualInterval {
  if (logicalDate === null) return { dataIntervalStart: null, dataIntervalEnd: null };
  const point = { dataIntervalStart: logicalDate, dataIntervalEnd: logicalDate };
  if (schedule.kind === "assets_or_time") return manualInterval(schedule.time, logicalDate);
  if (schedule.kind !== "cron" && schedule.kind !== "crons" && schedule.kind !== "every") return point;
  if (schedule.kind === "crons" || schedule.interval === "point") {
    return { ...point, dataIntervalStart: addSeconds(logicalDate, -(schedule.widthSeconds ?? 0)) };
  }
  // As on Airflow, a span is counted back from the logical date itself: it is not aligned to the ticks.
  if (schedule.kind === "every") {
    return { dataIntervalStart: addSeconds(logicalDate, -schedule.seconds), dataIntervalEnd: logicalDate };
  }
  const ticks = ticksOf(schedule, null);
  const end = alignToPrevious(ticks, logicalDate);
  const start = end === null ? null : ticks.before(end);
  return start === null ? point : { dataIntervalStart: start, dataIntervalEnd: end };
}
