import {
  addSeconds,
  assertNever,
  secondsBetween,
  type Instant,
  type PointOptions,
  type SerializedSchedule,
} from "@windlass/contract";
import { cronTicks } from "./cron-ticks.ts";
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
  let start = later(firstTick, lastEnd, latestComplete);
  // A schedule that has become coarser may have its tick on or before the last run's: a run of the same date is there already.
  if (start !== null && last !== null && start <= last.dataIntervalStart) start = ticks.after(last.dataIntervalStart);
  if (start === null || isPast(start, endDate)) return null;
  const end = ticks.after(start);
  return end === null ? null : spanning(start, end);
}

/** What the ticks of a schedule whose runs stand for them are told besides. */
interface PointRules extends PointOptions {
  /** Without a start date the first run may be that of the tick before; of a span it never is. */
  readonly mayLookBack: boolean;
}

/** Airflow 3's CronTriggerTimetable: a run stands for its tick and comes at it; before it lies a data interval of any width, empty as a rule. */
function nextPoint(ticks: Ticks, bounds: ScheduleBounds, rules: PointRules): RunDates | null {
  const point = nextTick(ticks, bounds, rules);
  if (point === null || isPast(point, bounds.endDate)) return null;
  return spanning(addSeconds(point, -(rules.widthSeconds ?? 0)), point);
}

function nextTick(ticks: Ticks, { last, startDate, catchup, now }: ScheduleBounds, rules: PointRules): Instant | null {
  const afterLast = last === null ? null : ticks.after(last.dataIntervalEnd);
  if (last !== null && afterLast === null) return null;
  // As on Airflow: who catches up goes on behind the last run, also where the start date has been moved since.
  if (catchup && afterLast !== null) return afterLast;
  const firstTick = startDate === null ? null : alignToNext(ticks, startDate);
  if (startDate !== null && firstTick === null) return null;
  const first = startDate === null && last === null ? firstWithoutStart(ticks, now, rules) : firstTick;
  return later(afterLast, first, catchup ? null : alignToPrevious(ticks, now));
}

/** The first run of a Dag with neither a start date nor a past: the next tick, or the one before, where that is not long ago. */
function firstWithoutStart(ticks: Ticks, now: Instant, { runImmediately, mayLookBack }: PointRules): Instant | null {
  const next = alignToNext(ticks, now);
  const past = mayLookBack ? alignToPrevious(ticks, now) : null;
  if (past === null || next === null) return next;
  if (runImmediately === true) return past;
  const longest = runImmediately ?? Math.max(secondsBetween(past, next) / 10, 300);
  return secondsBetween(past, now) <= longest ? past : next;
}

/** Airflow's MultipleCronTriggerTimetable: the first of several; without catch-up the latest of those that have passed. */
function nextOfSeveral(
  { expressions, timezone, ...options }: Extract<SerializedSchedule, { readonly kind: "crons" }>,
  bounds: ScheduleBounds,
): RunDates | null {
  const found = expressions.flatMap(
    (expression) => nextPoint(cronTicks(expression, timezone), bounds, { ...options, mayLookBack: true }) ?? [],
  );
  const inOrder = found.toSorted((a, b) => (a.logicalDate < b.logicalDate ? -1 : 1));
  const passed = bounds.catchup ? undefined : inOrder.findLast(({ logicalDate }) => logicalDate <= bounds.now);
  return passed ?? inOrder[0] ?? null;
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
    case "crons":
      return nextOfSeveral(schedule, bounds);
    case "cron":
    case "every": {
      const ticks = ticksOf(schedule, bounds.anchor === undefined ? bounds.startDate : bounds.anchor);
      return schedule.interval === "data"
        ? nextDataInterval(ticks, bounds)
        : nextPoint(ticks, bounds, { ...schedule, mayLookBack: schedule.kind === "cron" });
    }
    default:
      return assertNever(schedule);
  }
}
