import type { SerializedRetry } from "@windlass/contract";

/** Airflow 3's `retry_exponential_backoff`: the multiplier, 0 without growth. */
export function retriesBackoff(retry: SerializedRetry): number {
  return retry.backoff === "exponential" ? retry.multiplier : 0;
}
