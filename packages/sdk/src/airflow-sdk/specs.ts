import type { DagOptions } from "../authoring/dag-options.ts";
import type { Duration } from "../authoring/duration.ts";
import type { RetryOptions } from "../authoring/retry.ts";
import type { TaskOptions } from "../authoring/task-options.ts";

/** Options of a Dag or a task as Airflow's SDK names them. */
export type Spec = Readonly<Record<string, unknown>>;

/** Spans are numbers of seconds there. Anything else is left for the check of options to name. */
function span(value: unknown): Duration {
  return (typeof value === "number" ? { seconds: value } : value) as Duration;
}

/** The entries of a spec without some of them and without those that are undefined. */
function entriesWithout(spec: Spec, names: readonly string[]): Spec {
  return Object.fromEntries(
    Object.entries(spec).filter(([name, value]) => !names.includes(name) && value !== undefined),
  );
}

/**
 * A Dag's spec as our options. `queue` names the coordinator that runs TypeScript there; here every worker does, so it says nothing. Names that are
 * unknown here stay as they are: the check of options refuses them by name.
 */
export function dagOptions(spec: Spec): DagOptions {
  const { dagDisplayName, dagrunTimeout } = spec;
  return {
    ...entriesWithout(spec, ["dagDisplayName", "dagrunTimeout", "queue"]),
    ...(dagDisplayName === undefined ? {} : { displayName: dagDisplayName as string }),
    ...(dagrunTimeout === undefined ? {} : { dagrunTimeout: span(dagrunTimeout) }),
  };
}

const RETRY_NAMES = ["retries", "retryDelay", "retryExponentialBackoff", "maxRetryDelay"] as const;

/** A task's spec as our options, without its id; for `queue` see `dagOptions`. */
export function taskOptions(spec: Spec): TaskOptions {
  const { retries, retryDelay, retryExponentialBackoff, maxRetryDelay, executionTimeout } = spec;
  const retry: RetryOptions = {
    attempts: (retries ?? 0) as number,
    ...(retryDelay === undefined ? {} : { delay: span(retryDelay) }),
    ...(typeof retryExponentialBackoff === "number" && retryExponentialBackoff > 0 ? { backoff: "exponential" } : {}),
    ...(maxRetryDelay === undefined ? {} : { maxDelay: span(maxRetryDelay) }),
  };
  return {
    ...entriesWithout(spec, [...RETRY_NAMES, "executionTimeout", "queue", "taskId"]),
    ...(RETRY_NAMES.some((name) => spec[name] !== undefined) ? { retries: retry } : {}),
    ...(executionTimeout === undefined ? {} : { executionTimeout: span(executionTimeout) }),
  };
}
