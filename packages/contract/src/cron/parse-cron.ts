/** The days of the month that an expression names; null: `*` or `?`, so that they do not count. */
export interface CronDays {
  readonly days: ReadonlySet<number>;
  /** `L`: the last day of the month. */
  readonly last: boolean;
  /** `15W`: the weekday nearest to that day, in the same month; null where there is none. */
  readonly nearestWeekday: number | null;
}

/** The days of the week, 0 is Sunday. */
export interface CronWeekdays {
  readonly weekdays: ReadonlySet<number>;
  /** `1#2`, `L5`: of these weekdays only so many a month, 5 at most, or the last one; null where every one counts. */
  readonly nth: ReadonlyMap<number, ReadonlySet<number | "last">> | null;
}

/** What a cron expression of five fields says; each list in ascending order. */
export interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: CronDays | null;
  readonly months: ReadonlySet<number>;
  readonly weekdays: CronWeekdays | null;
}

/** An expression that was read, or why it is none. */
export type ParsedCron =
  { readonly ok: true; readonly fields: CronFields } | { readonly ok: false; readonly problem: string };

interface FieldRule {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly names: readonly string[];
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const WEEKDAYS = "sun mon tue wed thu fri sat".split(" ");
const MINUTE: FieldRule = { name: "minute", low: 0, high: 59, names: [] };
const HOUR: FieldRule = { name: "hour", low: 0, high: 23, names: [] };
const DAY: FieldRule = { name: "day of month", low: 1, high: 31, names: [] };
const MONTH: FieldRule = { name: "month", low: 1, high: 12, names: MONTHS };
const WEEKDAY: FieldRule = { name: "day of week", low: 0, high: 6, names: WEEKDAYS };

/** Ends the reading of an expression; never leaves this file. */
class Unreadable extends Error {}

function unreadable(field: FieldRule, item: string): Unreadable {
  return new Unreadable(`"${item}" is no ${field.name}`);
}

function valueOf(text: string, field: FieldRule, item: string): number {
  const named = field.names.indexOf(text);
  if (named !== -1) return named + field.low;
  // On Airflow, as in most crons, 7 is Sunday too.
  const value = field === WEEKDAY && text === "7" ? 0 : Number(text);
  if (!/^\d{1,4}$/.test(text) || value < field.low || value > field.high) throw unreadable(field, item);
  return value;
}

const ITEM = /^(\*|[a-z]{3}|\d+)(?:-([a-z]{3}|\d+|l))?(?:\/(\d+))?$/;

/** The values of one item: `*`, `5`, `1-5`, `22-2` (over the end), `10/5` (from there to the end), each with a step. */
function valuesOf(item: string, field: FieldRule): readonly number[] {
  const [, first, last, stepText] = ITEM.exec(item) ?? [];
  if (first === undefined || (first === "*" && last !== undefined)) throw unreadable(field, item);
  const step = stepText === undefined ? 1 : Number(stepText);
  if (step === 0) throw unreadable(field, item);
  let from = first === "*" ? field.low : valueOf(first, field, item);
  if (first !== "*" && last === undefined && stepText === undefined) return [from];
  let to = field.high;
  if (last !== undefined) to = last === "l" && field === DAY ? 31 : valueOf(last, field, item);
  // Equal ends, as in `mon-mon`, are the whole round.
  if (last !== undefined && from === to) [from, to] = [field.low, field.high];
  const size = field.high - field.low + 1;
  const length = (to >= from ? to - from : to - from + size) + 1;
  const values: number[] = [];
  for (let offset = 0; offset < length; offset += step) values.push(field.low + ((from - field.low + offset) % size));
  return values;
}

function listOf(text: string, field: FieldRule): readonly number[] {
  return [...new Set(text.split(",").flatMap((item) => valuesOf(item, field)))].sort((a, b) => a - b);
}

function isOpen(text: string): boolean {
  return text === "?" || text.split(",").includes("*");
}

function daysOf(text: string): CronDays | null {
  if (isOpen(text)) return null;
  const [, before, after] = /^(?:(\d+)w|w(\d+))$/.exec(text) ?? [];
  const near = before ?? after;
  if (near !== undefined) return { days: new Set(), last: false, nearestWeekday: valueOf(near, DAY, text) };
  const items = text.split(",");
  const days = items.filter((each) => each !== "l").flatMap((each) => valuesOf(each, DAY));
  return { days: new Set(days), last: items.includes("l"), nearestWeekday: null };
}

function weekdaysOf(text: string): CronWeekdays | null {
  if (isOpen(text)) return null;
  const weekdays = new Set<number>();
  const nth = new Map<number, Set<number | "last">>();
  const plain = new Set<number>();
  for (const item of text.split(",")) {
    const [, days, count, last] = /^(?:([^#]+)#(\d+)|l(\d|[a-z]{3}))$/.exec(item) ?? [];
    const which = last === undefined ? Number(count) : "last";
    const values = last === undefined ? valuesOf(days ?? item, WEEKDAY) : [valueOf(last, WEEKDAY, item)];
    const counts = days !== undefined || last !== undefined;
    if (days !== undefined && (which === 0 || Number(which) > 5)) throw unreadable(WEEKDAY, item);
    for (const value of values) {
      weekdays.add(value);
      if (!counts) plain.add(value);
      else nth.set(value, (nth.get(value) ?? new Set()).add(which));
    }
  }
  if (nth.size > 0 && [...plain].some((each) => !nth.has(each)))
    throw new Unreadable("weekdays of which each counts stand beside such of which only one a month does");
  return { weekdays, nth: nth.size > 0 ? nth : null };
}

/**
 * Reads a cron expression of five fields by the grammar that Airflow's has: names, steps, ranges over the end, `L` for the last day, `15W`, `1#2` and
 * `L5` for a weekday of the month. Presets such as `@daily` are no expressions.
 */
export function parseCron(expression: string): ParsedCron {
  const fields = expression.trim().toLowerCase().split(/\s+/);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  if (fields.length !== 5 || minute === "") {
    const count = minute === "" ? 0 : fields.length;
    return { ok: false, problem: `it has ${String(count)} ${count === 1 ? "field" : "fields"} instead of five` };
  }
  try {
    return {
      ok: true,
      fields: {
        minutes: listOf(minute, MINUTE),
        hours: listOf(hour, HOUR),
        days: daysOf(day),
        months: new Set(listOf(month, MONTH)),
        weekdays: weekdaysOf(weekday),
      },
    };
  } catch (thrown) {
    if (thrown instanceof Unreadable) return { ok: false, problem: thrown.message };
    throw thrown;
  }
}
