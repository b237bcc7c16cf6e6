import {
  type Instant,
  type TimetableAnswer,
  type TimetableAsk,
  type TimetableDate,
  toMillis,
} from "@windlass/contract";
import type { CustomSchedule, TimetableFunctions } from "../authoring/schedule.ts";
import { readDate } from "../serialize/dates.ts";

/** The functions of a Dag's own timetable, also of one beside assets; undefined where it has none. */
export function timetableFunctions(schedule: unknown): TimetableFunctions | undefined {
  if (typeof schedule !== "object" || schedule === null || !("kind" in schedule)) return undefined;
  if (schedule.kind === "assets_or_time" && "time" in schedule) return timetableFunctions(schedule.time);
  return schedule.kind === "custom" ? (schedule as CustomSchedule).functions : undefined;
}

/** A moment that functions of a file gave. @throws TypeError */
function momentOf(value: unknown, what: string): Instant {
  const moment = readDate(value, "UTC");
  if (moment === undefined) throw new TypeError(`${what} is ${String(value)}, which is no date`);
  return moment;
}

function intervalOf(given: { readonly start?: unknown; readonly end?: unknown }): readonly [Instant, Instant] {
  const [start, end] = [momentOf(given.start, "start"), momentOf(given.end, "end")];
  if (end < start) throw new TypeError(`the interval ends (${end}) before it starts (${start})`);
  return [start, end];
}

function dateOf(moment: Instant): Date {
  return new Date(toMillis(moment));
}

/** Asks for the data interval of a run by hand: empty, where the functions name none. @throws as `callTimetable` */
export function callManual(
  functions: TimetableFunctions,
  at: Instant,
): Extract<TimetableAnswer, { readonly kind: "interval" }> {
  const given = functions.inferManualDataInterval?.(dateOf(at));
  const [start, end] = given === undefined ? [at, at] : intervalOf(given);
  return { kind: "interval", dataIntervalStart: start, dataIntervalEnd: end };
}

/**
 * Asks the functions of a timetable. Runs are asked for one behind the other, each with the one before as the last.
 * @throws whatever the functions throw, and TypeError for what they must not answer
 */
export function callTimetable(
  functions: TimetableFunctions,
  ask: TimetableAsk,
): Exclude<TimetableAnswer, { readonly kind: "failed" }> {
  if (ask.kind === "manual") return callManual(functions, ask.at);
  const dates: TimetableDate[] = [];
  const { startDate, endDate, catchup } = ask;
  const restriction = {
    earliest: startDate === null ? null : dateOf(startDate),
    latest: endDate === null ? null : dateOf(endDate),
    catchup,
  };
  let last = ask.last;
  let now = ask.now;
  while (dates.length < ask.count) {
    const given = functions.nextRun({
      last: last && { start: dateOf(last.dataIntervalStart), end: dateOf(last.dataIntervalEnd) },
      restriction,
      now: dateOf(now),
    });
    if (given === null) return { kind: "dates", dates, ended: true };
    if (typeof given !== "object") throw new TypeError(`nextRun gave ${String(given)}; give an object or null`);
    const [start, end] = intervalOf(given);
    const runAfter = given.runAfter === undefined ? end : momentOf(given.runAfter, "runAfter");
    if (last !== null && start <= last.dataIntervalStart)
      throw new TypeError(`nextRun gave ${start} behind ${last.dataIntervalStart}: it does not move on`);
    if (endDate !== null && start > endDate) return { kind: "dates", dates, ended: true };
    last = { dataIntervalStart: start, dataIntervalEnd: end };
    dates.push({ logicalDate: start, ...last, runAfter });
    if (runAfter > now) now = runAfter;
  }
  return { kind: "dates", dates, ended: false };
}
