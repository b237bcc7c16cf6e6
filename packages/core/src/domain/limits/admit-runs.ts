import { earlier, type Instant } from "@windlass/contract";

/** A queued run of one Dag. */
export interface QueuedRun {
  readonly id: number;
  readonly runAfter: Instant;
  /** Its place in its backfill, which comes before its date: a backfill may go backwards. */
  readonly ordinal?: number;
}

/** What holds for a Dag, or for one of its backfills, when its queued runs ask to start. */
export interface AdmissionLimits {
  /** The Dag is paused. */
  readonly paused: boolean;
  /** Runs in state running: the Dag's that belong to no backfill, or the backfill's. */
  readonly runningCount: number;
  /** The bound on these. */
  readonly maxActiveRuns: number;
  /** These are runs of a backfill; left out: they belong to none. */
  readonly backfill?: { readonly paused: boolean };
}

/** Why a queued run does not start yet. */
export type RunHeldBy = "dag_paused" | "run_after" | "max_active_runs" | "backfill_paused" | "backfill_max_active_runs";

/** What `admitRuns` answers. */
export interface Admission {
  /** In the order in which they start. */
  readonly start: readonly QueuedRun[];
  readonly held: readonly { readonly run: QueuedRun; readonly by: RunHeldBy }[];
  /** When the next run becomes due by the clock alone; null: none will. */
  readonly nextCheckAt: Instant | null;
}

function inOrder(a: QueuedRun, b: QueuedRun): number {
  if (a.ordinal !== b.ordinal) return (a.ordinal ?? 0) - (b.ordinal ?? 0);
  if (a.runAfter !== b.runAfter) return a.runAfter < b.runAfter ? -1 : 1;
  return a.id - b.id;
}

/**
 * Which queued runs of one Dag start now: the oldest `runAfter` first, as many as `max_active_runs` leaves room for. Runs of a backfill are asked
 * about by themselves, as on Airflow: they count against the backfill's bound and take no room from the Dag's other runs.
 */
export function admitRuns(queued: readonly QueuedRun[], limits: AdmissionLimits, now: Instant): Admission {
  const start: QueuedRun[] = [];
  const held: { run: QueuedRun; by: RunHeldBy }[] = [];
  let nextCheckAt: Instant | null = null;
  for (const run of queued.toSorted(inOrder)) {
    if (limits.paused) held.push({ run, by: "dag_paused" });
    else if (limits.backfill?.paused === true) held.push({ run, by: "backfill_paused" });
    else if (run.runAfter > now) {
      held.push({ run, by: "run_after" });
      nextCheckAt = earlier(nextCheckAt, run.runAfter);
    } else if (limits.runningCount + start.length >= limits.maxActiveRuns) {
      held.push({ run, by: limits.backfill === undefined ? "max_active_runs" : "backfill_max_active_runs" });
    } else start.push(run);
  }
  return { start, held, nextCheckAt };
}
