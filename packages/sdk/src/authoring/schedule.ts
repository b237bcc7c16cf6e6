import type { Asset, AssetAlias, AssetConditionInput, AssetExpression } from "./asset.ts";
import type { Duration } from "./duration.ts";

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
  readonly time: CronSchedule | EverySchedule | DateListSchedule | keyof typeof SCHEDULE_PRESETS | (string & {});
}

/** Runs when assets have had events: a condition, or a list of which all must have had one. */
export type AssetSchedule = Asset | AssetAlias | AssetExpression | readonly AssetConditionInput[];

/** When runs of a Dag are made. A plain string that is no preset is read as a cron expression, as on Airflow. null: only on request. */
export type Schedule =
  | CronSchedule
  | EverySchedule
  | DateListSchedule
  | AssetSchedule
  | AssetOrTimeSchedule
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
