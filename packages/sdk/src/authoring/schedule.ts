import type { Asset, AssetAlias, AssetConditionInput, AssetExpression } from "./asset.ts";
import type { Duration } from "./duration.ts";
import type { PartitionedOptions } from "./partitions.ts";

/** Airflow's named schedules. */
export const SCHEDULE_PRESETS = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@quarterly": "0 0 1 */3 *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
} as const;

/** A schedule by name; `@once` makes a single run, `@continuous` the next run as soon as the last has ended. */
export type SchedulePreset = keyof typeof SCHEDULE_PRESETS | "@once" | "@continuous";

/** What a timed schedule may be told besides its rhythm. */
export interface ScheduleOptions {
  /**
   * `"point"` (the default, Airflow 3's manner): a run stands for its tick and has an empty data interval.
   * `"data"` (Airflow 2's manner): a run stands for the span since the last tick, and starts at its end.
   */
  readonly interval?: "point" | "data";
  /** With `"point"`: how long the data interval before each tick is. @default empty */
  readonly width?: Duration;
}

/** Options of `cron`. */
export interface CronOptions extends ScheduleOptions {
  /** IANA name of the zone whose wall clock counts. @default the Dag's `timezone` */
  readonly timezone?: string;
  /**
   * With `"point"`, of a Dag without a `startDate`: whether the first run is that of the last tick. `true`: always; a duration: where the tick is not longer
   * ago. @default where it is not longer ago than a tenth of the way to the next one, or five minutes
   */
  readonly runImmediately?: true | Duration;
}

/** Runs at the minutes that a cron expression, or any of several, names. Made by `cron`. */
export interface CronSchedule {
  readonly kind: "cron";
  readonly expression: string | readonly string[];
  readonly options: CronOptions;
}

/** Runs at a fixed distance. Made by `every`. */
export interface EverySchedule {
  readonly kind: "every";
  readonly span: Duration;
  readonly options: ScheduleOptions;
}

/** Runs at given moments. Made by `dateList`. */
export interface DateListSchedule {
  readonly kind: "dates";
  readonly dates: readonly (string | Date)[];
}

/** Runs when a condition on assets holds, and also by the clock. Made by `assetOrTime`. */
export interface AssetOrTimeSchedule {
  readonly kind: "assets_or_time";
  readonly condition: AssetConditionInput | readonly AssetConditionInput[];
  readonly time:
    CronSchedule | EverySchedule | DateListSchedule | CustomSchedule | keyof typeof SCHEDULE_PRESETS | (string & {});
}

/** Runs for each partition, when its assets have had the partition's events. Made by `partitioned`. */
export interface PartitionedSchedule {
  readonly kind: "partitioned";
  readonly condition: AssetConditionInput | readonly AssetConditionInput[];
  readonly options: PartitionedOptions;
}

/** Runs only on request, for a partition each. Made by `partitionedAtRuntime`. */
export interface RuntimePartitionSchedule {
  readonly kind: "partitioned_at_runtime";
}

/** Runs when assets have had events: a condition, or a list of which all must have had one. */
export type AssetSchedule = Asset | AssetAlias | AssetExpression | readonly AssetConditionInput[];

/** What a timetable's `nextRun` is told. Moments are `Date`s in UTC. */
export interface NextRunAsked {
  /** The data interval of the newest run that the timetable has made; null before the first. */
  readonly last: { readonly start: Date; readonly end: Date } | null;
  /** The Dag's `startDate`, `endDate` and `catchup`, or the range of a backfill. */
  readonly restriction: { readonly earliest: Date | null; readonly latest: Date | null; readonly catchup: boolean };
  /** The present moment. Dates are asked for ahead: behind the first one it is the moment of the run before. */
  readonly now: Date;
}

/** The next run of a timetable: its data interval, whose start is its logical date. */
export interface TimetableRun {
  readonly start: Date | string;
  readonly end: Date | string;
  /** The moment before which it does not start. @default the end of the interval */
  readonly runAfter?: Date | string;
}

/**
 * The functions of a timetable. They have to be pure: the same answer to the same question, without looking at the clock, files or the network. They run in a
 * process of their own, some runs ahead, never in the scheduler.
 */
export interface TimetableFunctions {
  /** Shown as the Dag's schedule. */
  readonly name: string;
  /** Shown beside it. @default the name */
  readonly description?: string;
  /** The run behind `last`; null: there is none any more. */
  nextRun(asked: NextRunAsked): TimetableRun | null;
  /** The data interval of a run by hand. @default empty, at its logical date */
  inferManualDataInterval?(runAfter: Date): Pick<TimetableRun, "start" | "end">;
}

/** Runs at the dates that functions of the file name. Made by `timetable`. */
export interface CustomSchedule {
  readonly kind: "custom";
  readonly functions: TimetableFunctions;
}

/** When runs of a Dag are made. A plain string that is no preset is read as a cron expression, as on Airflow. null: only on request. */
export type Schedule =
  | CronSchedule
  | EverySchedule
  | DateListSchedule
  | CustomSchedule
  | AssetSchedule
  | AssetOrTimeSchedule
  | PartitionedSchedule
  | RuntimePartitionSchedule
  | SchedulePreset
  | (string & {})
  | null;

/**
 * A schedule by a cron expression of five fields: minute, hour, day of month, month, day of week; or by several, at whose ticks there is one run each, also
 * where two fall together. Besides names, ranges and steps there are `L` (the last day of the month), `15W` (the weekday nearest to the 15th), `MON#2` (the
 * second Monday) and `L5` (the last Friday).
 * @example cron("0 6 * * 1-5", { timezone: "Europe/Berlin" })
 * @example cron(["0 6 * * 1-5", "0 9 * * 6"])
 */
export function cron(expression: string | readonly string[], options: CronOptions = {}): CronSchedule {
  return { kind: "cron", expression, options };
}

/**
 * A schedule at a fixed distance, counted from the Dag's `startDate`.
 * @example every("15m")
 */
export function every(span: Duration, options: ScheduleOptions = {}): EverySchedule {
  return { kind: "every", span, options };
}

/**
 * A schedule at given moments, in any order; a text without offset is what the clocks of the Dag's `timezone` show. Without `catchup`, moments that have
 * passed get no run.
 * @example dateList("2026-11-27T09:00", "2026-12-24T09:00")
 */
export function dateList(...dates: readonly (string | Date)[]): DateListSchedule {
  return { kind: "dates", dates };
}

/**
 * A schedule by functions of one's own.
 * @example timetable({
 *   name: "every other day",
 *   nextRun: ({ last, restriction }) => {
 *     const start = last === null ? restriction.earliest : new Date(last.start.getTime() + 2 * 86_400_000);
 *     return start === null ? null : { start, end: start };
 *   },
 * })
 */
export function timetable(functions: TimetableFunctions): CustomSchedule {
  return { kind: "custom", functions };
}

/**
 * A schedule by assets and by the clock: a run whenever the condition holds, and one at each tick. The two know nothing of each other: a run by the clock
 * leaves the events for the next run by assets.
 * @example assetOrTime(all(sales, rates), cron("0 6 * * *"))
 */
export function assetOrTime(
  condition: AssetOrTimeSchedule["condition"],
  time: AssetOrTimeSchedule["time"],
): AssetOrTimeSchedule {
  return { kind: "assets_or_time", condition, time };
}
