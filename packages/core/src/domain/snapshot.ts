import type {
  AttemptCarry,
  Instant,
  JsonObject,
  RunState,
  RunType,
  SerializedDag,
  SerializedExpand,
  SerializedTask,
  SerializedTrigger,
  TaskInstanceState,
} from "@windlass/contract";

/** A Dag prepared for decisions: made once a Dag version, then shared by all its runs. */
export interface DagGraph {
  readonly dag: SerializedDag;
  readonly tasks: ReadonlyMap<string, SerializedTask>;
  /** Direct downstream task ids of each task. */
  readonly downstream: ReadonlyMap<string, readonly string[]>;
  /** Task ids so that every task stands behind its upstream. */
  readonly order: readonly string[];
  /** Where each task stands in `order`. */
  readonly position: ReadonlyMap<string, number>;
  /** The tasks whose end decides the run's: the leaves, teardowns aside. */
  readonly deciding: readonly string[];
  /** The expansion of each task with several instances: its own, or that of the mapped group around it. */
  readonly expansions: ReadonlyMap<string, SerializedExpand>;
  /** The mapped task group around each task that is in one. */
  readonly mappedGroupOf: ReadonlyMap<string, string>;
  /** Tasks over whose results something is mapped. */
  readonly mappedOver: ReadonlySet<string>;
  /** Tasks directly above each task that may have left it out. */
  readonly skippers: ReadonlyMap<string, readonly string[]>;
  /** The setups of each task's scope that are not directly above it. */
  readonly indirectSetups: ReadonlyMap<string, readonly string[]>;
  /** The tasks between each teardown and its setups that are not directly above it. */
  readonly awaitedByTeardown: ReadonlyMap<string, readonly string[]>;
  /** Both the other way round: the tasks that wait for each without standing directly behind it. */
  readonly scopeOf: ReadonlyMap<string, readonly string[]>;
  /** What each task competes with for slots: its weight under its weight rule. */
  readonly effectiveWeight: ReadonlyMap<string, number>;
}

/** One task instance as decisions see it. */
export interface TaskInstanceSnapshot {
  readonly id: number;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly state: TaskInstanceState | null;
  readonly tryNumber: number;
  readonly maxTries: number;
  readonly attemptId: string;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly scheduledAt: Instant | null;
  readonly queuedAt: Instant | null;
  /** Set in `up_for_retry` and `up_for_reschedule`: not before this moment. */
  readonly notBefore: Instant | null;
  /** What the next attempt of the same try gets; null or left out at the first. Cleared with a new try and with a clear. */
  readonly carry?: AttemptCarry | null;
  /** Deferred: what it waits for. */
  readonly trigger?: SerializedTrigger | null;
  /** Tasks that this one left out when it succeeded (branch, short circuit, latest only); they are left out again after a clear. */
  readonly skips?: readonly string[] | null;
  /** Elements of the return value, where another task is mapped over it: of a list its items, of an object its entries. */
  readonly resultLength?: number | null;
}

/** What a task with `dependsOnPast` or `waitForDownstream` looks at: the same Dag's previous run; null where there is none. */
export interface PreviousRun {
  readonly runId: string;
  readonly states: ReadonlyMap<string, TaskInstanceState | null>;
}

/** The backfill that a run belongs to, as admission sees it. */
export interface BackfillOfRun {
  readonly id: number;
  /** Its place in the backfill's order, from 1. */
  readonly ordinal: number;
  /** Held until somebody unpauses it; a completed one holds nothing. */
  readonly paused: boolean;
  readonly maxActiveRuns: number;
}

/** One run with all its task instances: everything `advance` needs. */
export interface RunSnapshot {
  /** Key of the row. */
  readonly id: number;
  /** Grows with every commit that changes the run; the condition of the next one. */
  readonly version: number;
  readonly dagId: string;
  readonly runId: string;
  readonly state: RunState;
  readonly runType: RunType;
  readonly logicalDate: Instant | null;
  readonly runAfter: Instant;
  readonly queuedAt: Instant;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly conf: JsonObject;
  readonly dagPaused: boolean;
  /** Left out: the run belongs to no backfill. */
  readonly backfill?: BackfillOfRun;
  readonly graph: DagGraph;
  /** In the order of `graph.order`, mapped instances by map index. */
  readonly taskInstances: readonly TaskInstanceSnapshot[];
  readonly previousRun: PreviousRun | null;
}
