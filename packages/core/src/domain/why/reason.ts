import type { Instant } from "@windlass/contract";
import type { Occupancy } from "../limits/slots.ts";

/** Every cause for which a run or a task instance does not move. */
export type WhyCode =
  | "scheduler_down"
  | "dag_paused"
  | "run_after"
  | "max_active_runs"
  | "backfill_paused"
  | "backfill_max_active_runs"
  | "run_queued"
  | "run_over"
  | "upstream_not_done"
  | "setup_not_done"
  | "scope_not_done"
  | "mapping_not_known"
  | "past_dependency"
  | "waiting_for_retry"
  | "waiting_for_reschedule"
  | "deferred"
  | "awaiting_input"
  | "pool_missing"
  | "larger_than_pool"
  | "pool_full"
  | "max_active_tasks"
  | "max_active_per_dag"
  | "max_active_per_run"
  | "parallelism"
  | "waiting_for_assets"
  | "no_runner"
  | "queue_unserved"
  | "workers_busy"
  | "being_stopped";

/** One cause, in words for people, and what to do about it. */
export interface WhyReason {
  readonly code: WhyCode;
  readonly summary: string;
  readonly fix: string;
  /** When it ends by the clock alone, where that is known. */
  readonly until?: Instant;
}

/** What has to be known besides the run itself. */
export interface WhyContext {
  readonly now: Instant;
  readonly schedulerAlive: boolean;
  /** Runners that could execute something, busy or idle. */
  readonly runners: number;
  /** Running runs that the run shares its bound with: of the same backfill, or of the same Dag and no backfill. */
  readonly runningRuns: number;
  readonly occupancy: Occupancy;
  /** Living workers by the queues they serve. @defaultValue none */
  readonly workers?: ReadonlyMap<string, number>;
}
