import type { JsonObject } from "../json.ts";
import type { Instant } from "../time.ts";
import type { AssetKey, SerializedAsset } from "./asset.ts";

/** When a schedule by assets makes a run: leaves are assets or aliases, each fulfilled by an event since the last run. */
export type AssetCondition =
  | ({ readonly kind: "asset" } & SerializedAsset)
  | { readonly kind: "alias"; readonly name: string; readonly group: string }
  | { readonly kind: "all"; readonly of: readonly AssetCondition[] }
  | { readonly kind: "any"; readonly of: readonly AssetCondition[] };

/** Spans of time that partitions can stand for. */
export type PartitionUnit = "hour" | "day" | "week" | "month" | "quarter" | "year";

/**
 * Which partition of a Dag an event of an asset belongs to, by the key of the partition that the event is of.
 * - `identity`: the same key. `fixed`: always this one. `allowed`: the same, if it is one of these.
 * - `start_of`: the span of time in which the key's moment lies, as its own key.
 * - `rollup`: as `start_of`; and the asset has had its events when every smaller span (`of`) within it has had one.
 */
export type PartitionMapper =
  | { readonly kind: "identity" }
  | { readonly kind: "fixed"; readonly key: string }
  | { readonly kind: "allowed"; readonly keys: readonly string[] }
  | { readonly kind: "start_of"; readonly unit: PartitionUnit; readonly timezone: string }
  | { readonly kind: "rollup"; readonly unit: PartitionUnit; readonly of: PartitionUnit; readonly timezone: string };

/** How a schedule on assets goes by partitions. */
export interface AssetPartitioning {
  /** For assets that have none of their own. */
  readonly mapper: PartitionMapper;
  readonly byAsset: readonly (AssetKey & { readonly mapper: PartitionMapper })[];
}

/** A schedule that goes by the clock alone. */
export type TimedSchedule = Extract<
  SerializedSchedule,
  { readonly kind: "cron" | "crons" | "every" | "dates" | "custom" }
>;

/** What a schedule whose runs stand for their ticks may say besides. */
export interface PointOptions {
  /** How long the data interval before each tick is. @defaultValue 0 */
  readonly widthSeconds?: number;
  /**
   * Of a Dag without a start date: whether the first run is that of the last tick. `true`: always. A number: where the tick is not longer ago than so many
   * seconds. Left out: where it is not longer ago than a tenth of the way to the next, or five minutes.
   */
  readonly runImmediately?: true | number;
}

/**
 * When runs are made without anybody asking.
 * - `none`: only by hand. `once`: a single run. `continuous`: the next as soon as the last has ended.
 * - `cron`: an expression in a zone. `interval: "data"` gives each run the span since the last tick (Airflow 2's manner),
 *   `"point"` an empty span at the tick (Airflow 3's).
 * - `crons`: at the ticks of each of several expressions, once where two fall together; always `"point"`.
 * - `every`: a fixed span, counted from the start date.
 * - `dates`: at each of these moments, in ascending order. `assets`: when the condition on events of assets holds; `assets_or_time` also by a timed schedule.
 * - `custom`: by functions of the file, run in the parser's child; never by the scheduler.
 */
export type SerializedSchedule =
  | {
      readonly kind: "none";
      /** Runs are triggered for a partition each. */
      readonly partition?: true;
    }
  | { readonly kind: "once" }
  | { readonly kind: "continuous" }
  | ({
      readonly kind: "cron";
      readonly expression: string;
      readonly timezone: string;
      readonly interval: "data" | "point";
    } & PointOptions)
  | ({ readonly kind: "crons"; readonly expressions: readonly string[]; readonly timezone: string } & PointOptions)
  | ({ readonly kind: "every"; readonly seconds: number; readonly interval: "data" | "point" } & Pick<
      PointOptions,
      "widthSeconds"
    >)
  | { readonly kind: "dates"; readonly dates: readonly Instant[] }
  | {
      readonly kind: "assets";
      readonly condition: AssetCondition;
      /** A run for each partition, when all its assets have had the partition's events. */
      readonly partition?: AssetPartitioning;
    }
  | {
      readonly kind: "assets_or_time";
      readonly condition: AssetCondition;
      readonly time: TimedSchedule;
    }
  | { readonly kind: "custom"; readonly type: string; readonly data: JsonObject };
