import type { Duration } from "./duration.ts";
import type { TaskOptions } from "./task-options.ts";

/** How a sensor waits. */
export interface SensorOptions extends TaskOptions {
  /**
   * `"poke"`: asks again in the same process, which it occupies. `"reschedule"`: gives its place back between two questions. `"deferred"`: the same,
   * in the state `deferred`, which shows until when it waits.
   * @default "poke"
   */
  readonly mode?: "poke" | "reschedule" | "deferred";
  /** Time between two questions. @default "1m" */
  readonly interval?: Duration;
  /** The interval doubles with every question. @default false */
  readonly exponential?: boolean;
  /** The longest interval. @default no bound */
  readonly maxInterval?: Duration;
  /** Counted from the first question of a try; then the sensor fails, and is not tried again. @default "7d" */
  readonly timeout?: Duration;
  /** Skipped instead of failed when its time is up. @default false */
  readonly softFail?: boolean;
  /** Skipped instead of failed whatever goes wrong: its time is up, or the question throws. @default false */
  readonly neverFail?: boolean;
}

/** Names of a sensor's options besides those of every task. */
export const SENSOR_OPTION_NAMES = [
  "mode",
  "interval",
  "exponential",
  "maxInterval",
  "timeout",
  "softFail",
  "neverFail",
] as const;
