import type { CronDays, CronFields, CronWeekdays } from "./parse-cron.ts";

const MINUTE = 60_000;
const DAY_IN_MINUTES = 1_440;
// 29 February on a given weekday comes at the latest after forty years.
const FARTHEST_DAYS = 366 * 50;

/** A day as a calendar shows it. */
interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

function dayAt(index: number): Day {
  const date = new Date(index * DAY_IN_MINUTES * MINUTE);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
  };
}

function daysIn({ year, month }: Day): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The weekday nearest to a day of the month, never in another month; a day that the month does not have has none. */
function nearestWeekday(of: Day, wanted: number): number | null {
  const length = daysIn(of);
  if (wanted > length) return null;
  const weekday = (of.weekday + ((wanted - of.day) % 7) + 7) % 7;
  if (weekday === 6) return wanted === 1 ? 3 : wanted - 1;
  if (weekday === 0) return wanted === length ? wanted - 2 : wanted + 1;
  return wanted;
}

function fitsDay(day: Day, { days, last, nearestWeekday: near }: CronDays): boolean {
  if (days.has(day.day) || (last && day.day === daysIn(day))) return true;
  return near !== null && nearestWeekday(day, near) === day.day;
}

function fitsWeekday(day: Day, { weekdays, nth }: CronWeekdays): boolean {
  if (!weekdays.has(day.weekday)) return false;
  if (nth === null) return true;
  const counts = nth.get(day.weekday);
  return counts?.has(Math.ceil(day.day / 7)) === true || (counts?.has("last") === true && day.day + 7 > daysIn(day));
}

function fits(day: Day, { days, months, weekdays }: CronFields): boolean {
  if (!months.has(day.month)) return false;
  if (days === null) return weekdays === null || fitsWeekday(day, weekdays);
  if (weekdays === null) return fitsDay(day, days);
  // As in every cron: where both are given, either will do; a weekday of the month goes by itself.
  return fitsWeekday(day, weekdays) || (weekdays.nth === null && fitsDay(day, days));
}

/** The first minute after a moment of the wall clock that an expression names. Moments are milliseconds; null: none for fifty years. */
export function nextCronMinute(fields: CronFields, after: number): number | null {
  const start = Math.floor(after / MINUTE) + 1;
  const first = Math.floor(start / DAY_IN_MINUTES);
  for (let index = first; index < first + FARTHEST_DAYS; index += 1) {
    if (!fits(dayAt(index), fields)) continue;
    const from = index === first ? start - index * DAY_IN_MINUTES : 0;
    for (const hour of fields.hours) {
      if (hour * 60 + 59 < from) continue;
      const minute = fields.minutes.find((each) => hour * 60 + each >= from);
      if (minute !== undefined) return (index * DAY_IN_MINUTES + hour * 60 + minute) * MINUTE;
    }
  }
  return null;
}

/** The last minute before a moment, as `nextCronMinute`. */
export function previousCronMinute(fields: CronFields, before: number): number | null {
  const end = Math.ceil(before / MINUTE) - 1;
  const first = Math.floor(end / DAY_IN_MINUTES);
  for (let index = first; index > first - FARTHEST_DAYS; index -= 1) {
    if (!fits(dayAt(index), fields)) continue;
    const to = index === first ? end - index * DAY_IN_MINUTES : DAY_IN_MINUTES;
    for (const hour of fields.hours.toReversed()) {
      if (hour * 60 > to) continue;
      const minute = fields.minutes.findLast((each) => hour * 60 + each <= to);
      if (minute !== undefined) return (index * DAY_IN_MINUTES + hour * 60 + minute) * MINUTE;
    }
  }
  return null;
}
