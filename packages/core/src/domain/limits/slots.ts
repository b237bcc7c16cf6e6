import type { Instant } from "@windlass/contract";

/** A pool of Airflow's: -1 slots are without bound. */
export interface PoolOccupancy {
  readonly slots: number;
  /** Slots taken by task instances that are queued or running, and where the pool includes them deferred. */
  readonly occupied: number;
  /** Airflow's `include_deferred`. @defaultValue false */
  readonly includesDeferred?: boolean;
}

/** A scheduled task instance that asks for a slot. */
export interface QueueCandidate {
  readonly id: number;
  readonly dagId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  /** Key of the run's row. */
  readonly dagRunId: number;
  readonly runAfter: Instant;
  readonly pool: string;
  readonly poolSlots: number;
  /** The queue whose executors may take it. */
  readonly queue: string;
  readonly effectiveWeight: number;
  /** The Dag's `maxActiveTasks`: a bound of each run by itself, as on Airflow 3 (on Airflow 2 it is one of all its runs together). */
  readonly maxActiveTasks: number;
  readonly maxActivePerDag: number | null;
  readonly maxActivePerRun: number | null;
}

/** What is queued or running already. */
export interface Occupancy {
  readonly pools: ReadonlyMap<string, PoolOccupancy>;
  /** Task instances queued or running, by the run's key. */
  readonly activeInRun: ReadonlyMap<number, number>;
  /** The same by `taskKey`, over all runs of the Dag. */
  readonly activeOfTask: ReadonlyMap<string, number>;
  /** The same by `taskInRunKey`. */
  readonly activeOfTaskInRun: ReadonlyMap<string, number>;
  /** How many more the executor takes: its parallelism less what it has. */
  readonly executorFree: number;
  /** Left out: the executor takes every queue. */
  readonly places?: QueuePlaces;
}

/** Who takes the task instances of a queue: the executor in this process, workers elsewhere, or whoever has room first. */
export interface QueuePlaces {
  /** Whether the executor of this process takes the queue. */
  isLocal(queue: string): boolean;
  /** How many more of the queue may wait for workers; without bound where nobody else takes it. */
  workerRoom(queue: string): number;
}

/** Why a task instance stays scheduled. The first two never end by themselves. */
export type HeldBy =
  | "pool_missing"
  | "larger_than_pool"
  | "pool_full"
  | "max_active_tasks"
  | "max_active_per_dag"
  | "max_active_per_run"
  | "parallelism";

/** What `selectQueueable` answers. */
export interface QueueSelection {
  /** In the order in which they are to be queued. */
  readonly queue: readonly QueueCandidate[];
  /** Keys of those among them that are left to workers. */
  readonly forWorkers: ReadonlySet<number>;
  readonly held: readonly { readonly candidate: QueueCandidate; readonly by: HeldBy }[];
}

/** The key of a task in `Occupancy.activeOfTask`. */
export function taskKey(task: { readonly dagId: string; readonly taskId: string }): string {
  return `${task.dagId}\n${task.taskId}`;
}

/** The key of a task within a run in `Occupancy.activeOfTaskInRun`. */
export function taskInRunKey(task: { readonly dagRunId: number; readonly taskId: string }): string {
  return `${task.dagRunId}\n${task.taskId}`;
}
