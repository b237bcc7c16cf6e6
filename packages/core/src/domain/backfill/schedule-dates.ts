import type { Instant, SerializedDag, SerializedSchedule } from "@windlass/contract";
import { nextRun, type RunDates } from "../schedule/next-run.ts";

/** A range of logical dates, both ends included. */
export interface DateRange {
  readonly from: Instant;
  readonly to: Instant;
}

/** The clock's part of a schedule whose dates a range can be filled with; null where it has none. */
export function fillableSchedule(schedule: SerializedSchedule): SerializedSchedule | null {
  switch (schedule.kind) {
    case "cron":
    case "crons":
    case "every":
    case "dates":
    case "custom":
      return schedule;
    case "assets_or_time":
      return schedule.time;
    case "none":
    case "once":
    case "continuous":
    case "assets":
      return null;
  }
}

/**
 * The dates that a schedule has in a range, oldest first, at most `limit`. As on Airflow the Dag's own start and end dates and its catch-up do not
 * count: who asks for a backfill says himself from when to when. A `custom` schedule has none here, its own functions name them.
 */
export function scheduleDates(
  { schedule, startDate }: Pick<SerializedDag, "schedule" | "startDate">,
  range: DateRange,
  limit: number,
): readonly RunDates[] {
  const timed = fillableSchedule(schedule);
  if (timed === null) return [];
  const dates: RunDates[] = [];
  const bounds = { startDate: range.from, endDate: range.to, catchup: true, now: range.to, anchor: startDate };
  for (let last: RunDates | null = null; dates.length < limit;) {
    last = nextRun(timed, { ...bounds, last });
    if (last === null) break;
    dates.push(last);
  }
  return dates;
}

/** Of a range's dates those whose data interval has ended, in the order in which a backfill makes them. */
export function orderedPastDates(dates: readonly RunDates[], now: Instant, backwards: boolean): readonly RunDates[] {
  const past = dates.filter(({ dataIntervalEnd }) => dataIntervalEnd < now);
  return backwards ? past.toReversed() : past;
}
