/** What Airflow calls `max_tries`: the retries, without the first try. */
export function retriesOf(triesInAll: number): number {
  return Math.max(triesInAll - 1, 0);
}
