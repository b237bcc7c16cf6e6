import type { Duration } from "./duration.ts";

/** How a failed task is tried again. */
export interface RetryOptions {
  /** Retries after the first try. @default 0, range 0 to 10000 */
  readonly attempts: number;
  /** Wait before a retry. @default "5m" */
  readonly delay?: Duration;
  /** `exponential` doubles the wait with each retry. @default "none" */
  readonly backoff?: "none" | "exponential";
  /** Upper end of the wait. @default 24 hours, as on Airflow */
  readonly maxDelay?: Duration;
  /** Asked with the error that was thrown: false means that another try cannot help. @default every error is tried again */
  readonly when?: (error: unknown) => boolean;
}
