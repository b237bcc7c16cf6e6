import type { Alert } from "./alerts.ts";
import type { Callbacks, DeadlineCallbackContext } from "./callbacks.ts";
import type { Duration } from "./duration.ts";

/** A deadline counted from how long runs usually take. Made by `averageRuntime`. */
export interface AverageRuntime {
  readonly kind: "average_runtime";
  readonly maxRuns: number;
  readonly minRuns: number;
}

/** Options of `deadline`. */
export interface DeadlineOptions {
  /**
   * The moment it is counted from: when the run was queued, its logical date (a run without one has no such deadline), a moment
   * (`"2026-12-24T12:00:00Z"`), or `averageRuntime()`.
   */
  readonly after: "queued" | "logicalDate" | Date | AverageRuntime | `${number}-${string}`;
  /**
   * By how much later the run has to be over; with a minus before it, by how much earlier (`"-30m"`). `{ variable }`: as long as a variable says when the
   * run is made, in seconds or as a duration; where it cannot be read the run has no deadline, with a warning in the log and in the list of its deadlines.
   */
  readonly within: Duration | `-${Extract<Duration, string>}` | { readonly variable: string };
  /** Shown in lists. */
  readonly name?: string;
  /** Called once the deadline is missed. */
  readonly callback?: Callbacks<DeadlineCallbackContext>;
  /** Sent once the deadline is missed, whatever its `on` says. */
  readonly alert?: Alert | readonly Alert[];
}

/** By when a run has to have succeeded. Made by `deadline`. */
export interface Deadline {
  readonly kind: "deadline";
  readonly options: DeadlineOptions;
}

/**
 * By when a run has to have succeeded, and what follows where it has not; after Airflow's `DeadlineAlert`.
 * @example deadline({ after: "queued", within: "1h", alert: slack({ connection: "slack" }) })
 */
export function deadline(options: DeadlineOptions): Deadline {
  return { kind: "deadline", options };
}

/**
 * The moment the run is made and the mean of the last successful runs' durations.
 * @param options.maxRuns how many runs count. @default 10
 * @param options.minRuns with fewer of them there is no deadline. @default maxRuns
 */
export function averageRuntime(options: { readonly maxRuns?: number; readonly minRuns?: number } = {}): AverageRuntime {
  const { maxRuns = 10 } = options;
  return { kind: "average_runtime", maxRuns, minRuns: options.minRuns ?? maxRuns };
}
