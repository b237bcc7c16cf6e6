import { addSeconds, type AttemptOutcome, type Instant, type SerializedRetry } from "@windlass/contract";
import type { TaskInstanceSnapshot } from "./snapshot.ts";

/** Airflow's bound of exponential delays where a task names none: a day, in seconds. */
export const LONGEST_BACKOFF_SECONDS = 24 * 60 * 60;

/** How an attempt failed. */
export type Failure = Extract<AttemptOutcome, { readonly state: "failed" }>;

/**
 * Seconds between the end of a try and the next, by Airflow's formula: exponential delays grow from `delaySeconds` by `multiplier` and are
 * then spread over the interval up to twice as long; `maxDelaySeconds` bounds the result. (Airflow spreads by a hash, here it is `random`.)
 * @param failures how many tries have failed since the task instance was first scheduled or last cleared; 1 after the first
 * @param random evenly spread over [0, 1)
 */
export function retryDelaySeconds(retry: SerializedRetry, failures: number, random: number): number {
  if (retry.backoff === "none") return retry.delaySeconds;
  // Bounded before it is multiplied: a delay of zero times a growth beyond all numbers would be no number.
  const growth = Math.min(retry.multiplier ** (failures - 1), Number.MAX_SAFE_INTEGER);
  const base = Math.max(1, Math.min(Math.ceil(retry.delaySeconds * growth), LONGEST_BACKOFF_SECONDS));
  const spread = Math.min(base + Math.floor(random * base), LONGEST_BACKOFF_SECONDS);
  return retry.maxDelaySeconds === null ? spread : Math.min(spread, retry.maxDelaySeconds);
}

/**
 * When a task instance whose try has failed is tried again; null where it is not. As on Airflow there is another try as long as the try
 * number has not passed `max_tries`.
 */
export function nextTryAt(
  instance: TaskInstanceSnapshot,
  retry: SerializedRetry,
  failure: Failure,
  now: Instant,
  random: number,
): Instant | null {
  if (!failure.mayRetry || instance.tryNumber > instance.maxTries) return null;
  const triesBeforeClear = Math.max(0, instance.maxTries - retry.attempts);
  const failures = Math.max(1, instance.tryNumber - triesBeforeClear);
  return addSeconds(now, failure.retryAfterSeconds ?? retryDelaySeconds(retry, failures, random));
}
