import { earlier, type Instant } from "@windlass/contract";

/** A queued run of one Dag. */
export interface QueuedRun {
  readonly id: number;
  readonly runAfter: Instant;
}

/** What holds for a Dag when its queued runs ask to start. */
export interface AdmissionLimits {
  readonly paused: boolean;
  /** Runs of the Dag in state running. */
  readonly runningCount: number;
  readonly maxActiveRuns: number;
}

/** Why a queued run does not start yet. */
export type RunHeldBy = "dag_paused" | "run_after" | "max_active_runs";

/** What `admitRuns` answers. */
export interface Admission {
  /** In the order in which they start. */
  readonly start: readonly QueuedRun[];
  readonly held: readonly { readonly run: QueuedRun; readonly by: RunHeldBy }[];
  /** When the next run becomes due by the clock alone; null: none will. */
  readonly nextCheckAt: Instant | null;
}

function byRunAfter(a: QueuedRun, b: QueuedRun): number {
  if (a.runAfter !== b.runAfter) return a.runAfter < b.runAfter ? -1 : 1;
  return a.id - b.id;
}

/** Which queued runs of one Dag start now: the oldest `runAfter` first, as many as `max_active_runs` leaves room for. */
export function admitRuns(queued: readonly QueuedRun[], limits: AdmissionLimits, now: Instant): Admission {
  const start: QueuedRun[] = [];
  const held: { run: QueuedRun; by: RunHeldBy }[] = [];
  let nextCheckAt: Instant | null = null;
  for (const run of queued.toSorted(byRunAfter)) {
    if (limits.paused) held.push({ run, by: "dag_paused" });
    else if (run.runAfter > now) {
      held.push({ run, by: "run_after" });
      nextCheckAt = earlier(nextCheckAt, run.runAfter);
    } else if (limits.runningCount + start.length >= limits.maxActiveRuns) held.push({ run, by: "max_active_runs" });
    else start.push(run);
  }
  return { start, held, nextCheckAt };
}
