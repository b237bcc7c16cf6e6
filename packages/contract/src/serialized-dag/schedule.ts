import type { JsonObject } from "../json.ts";
import type { Instant } from "../time.ts";

/**
 * When runs are made without anybody asking.
 * - `none`: only by hand. `once`: a single run. `continuous`: the next as soon as the last has ended.
 * - `cron`: an expression in a zone. `interval: "data"` gives each run the span since the last tick (Airflow 2's manner),
 *   `"point"` an empty span at the tick (Airflow 3's).
 * - `every`: a fixed span, counted from the start date.
 * - `assets`, `dates`, `custom`: kept by the format; the engine refuses to load what it cannot decide yet.
 */
export type SerializedSchedule =
  | { readonly kind: "none" }
  | { readonly kind: "once" }
  | { readonly kind: "continuous" }
  | {
      readonly kind: "cron";
      readonly expression: string;
      readonly timezone: string;
      readonly interval: "data" | "point";
    }
  | { readonly kind: "every"; readonly seconds: number; readonly interval: "data" | "point" }
  | { readonly kind: "dates"; readonly dates: readonly Instant[] }
  | { readonly kind: "assets"; readonly condition: JsonObject }
  | { readonly kind: "custom"; readonly type: string; readonly data: JsonObject };
