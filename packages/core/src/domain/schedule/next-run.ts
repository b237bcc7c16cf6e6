import { addSeconds, assertNever, secondsBetween, type Instant, type SerializedSchedule } from "@windlass/contract";
import { alignToNext, alignToPrevious, ticksOf, type Ticks } from "./ticks.ts";

/** The dates of a run that a schedule makes. */
export interface RunDates {
  readonly logicalDate: Instant;
  readonly dataIntervalStart: Instant;
  readonly dataIntervalEnd: Instant;
  /** The moment before which it does not start. */
  readonly runAfter: Instant;
}

/** What bounds a schedule. */
export interface ScheduleBounds {
  /** Dates of the newest run that the schedule has made; null before the first. Runs by hand do not count. */
  readonly last: Pick<RunDates, "dataIntervalStart" | "dataIntervalEnd" | "runAfter"> | null;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  /** false: of the ticks that have passed, only the latest gets a run. */
  readonly catchup: boolean;
  readonly now: Instant;
  /** Where `every` counts from. @defaultValue the start date */
  readonly anchor?: Instant | null;
}

function later(...moments: readonly (Instant | null)[]): Instant | null {
  return moments.reduce((latest, moment) =>
    latest === null || (moment !== null && moment > latest) ? moment : latest,
  );
}

function isPast(moment: Instant, endDate: Instant | null): boolean {
  return endDate !== null && moment > endDate;
}

function spanning(start: Instant, end: Instant): RunDates {
  return { logicalDate: start, dataIntervalStart: start, dataIntervalEnd: end, runAfter: end };
}

/** Airflow's CronDataIntervalTimetable: a run stands for the span between two ticks and comes at its end. */
function nextDataInterval(ticks: Ticks, { last, startDate, endDate, catchup, now }: ScheduleBounds): RunDates | null {
  const firstTick = startDate === null ? null : alignToNext(ticks, startDate);
  // A start date behind which no tick follows: there never is a run.
  if (startDate !== null && firstTick === null) return null;
  const lastEnd = last === null ? null : alignToPrevious(ticks, last.dataIntervalEnd);
  const latestEnd = catchup ? null : alignToPrevious(ticks, now);
  const latestComplete = latestEnd === null ? null : ticks.before(latestEnd);
  const start = later(firstTick, lastEnd, latestComplete);
  if (start === null || isPast(start, endDate)) return null;
  const end = ticks.after(start);
  return end === null ? null : spanning(start, end);
}

/** Airflow 3's CronTriggerTimetable: a run stands for its tick and comes at it. */
function nextPoint(ticks: Ticks, { last, startDate, endDate, catchup, now }: ScheduleBounds): RunDates | null {
  const firstTick = startDate === null ? null : alignToNext(ticks, startDate);
  if (startDate !== null && firstTick === null) return null;
  const afterLast = last === null ? null : ticks.after(last.runAfter);
  if (last !== null && afterLast === null) return null;
  // With neither a start date nor a past, the first run is the next tick: nothing says how far back to go.
  const first = startDate === null && last === null ? ticks.after(now) : firstTick;
  const point = later(afterLast, first, catchup ? null : alignToPrevious(ticks, now));
  return point === null || isPast(point, endDate) ? null : spanning(point, point);
}

/** Airflow's ContinuousTimetable: each run takes up where the last one ended. It needs a start date. */
function nextContinuous({ last, startDate, endDate, now }: ScheduleBounds): RunDates | null {
  if (startDate === null) return null;
  const start = last?.dataIntervalEnd ?? startDate;
  const isAhead = start > now;
  const length = last !== null && isAhead ? secondsBetween(last.dataIntervalStart, last.dataIntervalEnd) : 0;
  const end = isAhead ? addSeconds(start, length) : now;
  return isPast(end, endDate) ? null : spanning(start, end);
}

/** Airflow's EventsTimetable. Without catchup, dates that have passed when this is asked get no run; so what was found is kept until it is due. */
function nextDate(
  dates: readonly Instant[],
  { last, startDate, endDate, catchup, now }: ScheduleBounds,
): RunDates | null {
  const earliest = later(startDate, catchup ? null : now);
  const moment = dates.find(
    (each) => (earliest === null || each >= earliest) && (last === null || each > last.dataIntervalEnd),
  );
  return moment === undefined || isPast(moment, endDate) ? null : spanning(moment, moment);
}

/**
 * The next run that a schedule makes after the last one it made; `runAfter` may lie in the past (it is due), or in the future. null: none
 * any more, or none by the clock (`none`, `assets`), or a schedule that the engine cannot decide yet (`custom`).
 */
export function nextRun(schedule: SerializedSchedule, bounds: ScheduleBounds): RunDates | null {
  switch (schedule.kind) {
    case "none":
    case "assets":
    case "custom":
      return null;
    case "assets_or_time":
      return nextRun(schedule.time, bounds);
    case "dates":
      return nextDate(schedule.dates, bounds);
    case "once": {
      if (bounds.last !== null) return null;
      const moment = bounds.startDate ?? bounds.now;
      return isPast(moment, bounds.endDate) ? null : spanning(moment, moment);
    }
    case "continuous":
      return nextContinuous(bounds);
    case "cron":
    case "every": {
      const ticks = ticksOf(schedule, bounds.anchor === undefined ? bounds.startDate : bounds.anchor);
      return schedule.interval === "data" ? nextDataInterval(ticks, bounds) : nextPoint(ticks, bounds);
    }
    default:
      return assertNever(schedule);
  }
}
