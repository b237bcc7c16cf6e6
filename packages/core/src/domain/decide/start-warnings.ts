import { type DecisionWarning, type Instant, warning } from "@windlass/contract";

/** What decides whether a run could start at once. */
export interface StartFacts {
  readonly dagId: string;
  readonly isPaused: boolean;
  readonly runningRuns: number;
  readonly maxActiveRuns: number;
  readonly runAfter: Instant;
  readonly now: Instant;
  /** Seconds since a scheduler gave a sign of life; null where none ever did. */
  readonly schedulerSilence: number | null;
  /** Queues of its tasks that nobody takes. */
  readonly unservedQueues: readonly string[];
  /** The API that the caller speaks, for the offered request. */
  readonly api: "v1" | "v2";
}

// Several missed beats, so that a busy moment is not called a silence.
const SILENCE_SECONDS = 30;

/** Everything that keeps an allowed run from starting now; empty where nothing does. */
export function startWarnings(facts: StartFacts): readonly DecisionWarning[] {
  const warnings: DecisionWarning[] = [];
  const { dagId } = facts;
  if (facts.isPaused) {
    const offer = {
      method: "PATCH",
      path: `/api/${facts.api}/dags/${encodeURIComponent(dagId)}`,
      body: { is_paused: false },
    };
    warnings.push(warning("dag_paused", { dag_id: dagId }, offer));
  }
  if (facts.runningRuns >= facts.maxActiveRuns) {
    warnings.push(
      warning("run_queued_limit", { dag_id: dagId, active: facts.runningRuns, limit: facts.maxActiveRuns }),
    );
  }
  if (facts.runAfter > facts.now) warnings.push(warning("run_after_future", { run_after: facts.runAfter }));
  const silent = facts.schedulerSilence;
  if (silent !== null && silent > SILENCE_SECONDS)
    warnings.push(warning("no_scheduler", { seconds: Math.round(silent) }));
  for (const queue of facts.unservedQueues) warnings.push(warning("queue_unserved", { queue, dag_id: dagId }));
  return warnings;
}
