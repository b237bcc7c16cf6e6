import type {
  AttemptCarry,
  AttemptError,
  Instant,
  JsonObject,
  JsonValue,
  RunState,
  RunType,
  SerializedDag,
  SerializedTrigger,
  TaskInstanceState,
  TriggeredBy,
} from "@windlass/contract";
import type { DagGraph } from "../../src/domain/snapshot.ts";

/*
 * The rows that the double keeps: of each table what the engine reads or writes, under the names of its columns. A row is never changed but replaced, so
 * whoever has one has it as it was.
 */

export interface DagRow {
  readonly dagId: string;
  readonly isPaused: boolean;
  readonly currentVersionId: number;
  readonly nextLogicalDate: Instant | null;
  readonly nextDataIntervalStart: Instant | null;
  readonly nextDataIntervalEnd: Instant | null;
  readonly nextRunAfter: Instant | null;
}

export interface VersionRow {
  readonly id: number;
  readonly dagId: string;
  readonly versionNumber: number;
  readonly bundleHash: string;
  readonly dag: SerializedDag;
  readonly graph: DagGraph;
}

export interface PoolRow {
  readonly name: string;
  readonly slots: number;
  readonly includeDeferred: boolean;
}

export interface RunRow {
  readonly id: number;
  readonly version: number;
  readonly dagId: string;
  readonly runId: string;
  readonly state: RunState;
  readonly runType: RunType;
  readonly triggeredBy: TriggeredBy;
  readonly logicalDate: Instant | null;
  readonly dataIntervalStart: Instant | null;
  readonly dataIntervalEnd: Instant | null;
  readonly runAfter: Instant;
  readonly queuedAt: Instant;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly lastSchedulingDecision: Instant | null;
  readonly conf: JsonObject;
  readonly params: JsonObject;
  readonly dagVersionId: number;
  readonly triggerKey: string | null;
  readonly updatedAt: Instant;
}

export interface InstanceRow {
  readonly id: number;
  readonly dagRunId: number;
  readonly dagId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly state: TaskInstanceState | null;
  readonly tryNumber: number;
  readonly maxTries: number;
  readonly attemptId: string;
  readonly dispatchSequence: number;
  readonly operator: string;
  readonly pool: string;
  readonly poolSlots: number;
  readonly priorityWeight: number;
  readonly queue: string;
  readonly scheduledAt: Instant | null;
  readonly queuedAt: Instant | null;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly notBefore: Instant | null;
  readonly leaseUntil: Instant | null;
  readonly hostname: string;
  readonly pid: number | null;
  readonly error: AttemptError | null;
  readonly dagVersionId: number;
  readonly updatedAt: Instant;
  readonly carry: AttemptCarry | null;
  readonly trigger: SerializedTrigger | null;
  readonly skips: readonly string[] | null;
  readonly resultLength: number | null;
  readonly renderedMapIndex: string | null;
}

export interface AttemptRow {
  readonly attemptId: string;
  readonly taskInstanceId: number;
  readonly tryNumber: number;
  readonly dispatchSequence: number;
  readonly queuedAt: Instant;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly outcome: string | null;
  readonly hostname: string | null;
  readonly pid: number | null;
  readonly bootId: string | null;
  readonly error: AttemptError | null;
  readonly dagVersionId: number;
  readonly maxTries: number;
}

/** An announcement of a queued attempt. */
export interface OutboxRow {
  readonly attemptId: string;
  readonly sentAt: Instant | null;
}

export interface StoredEvent {
  readonly id: number;
  readonly at: Instant;
  readonly dagId: string;
  readonly dagRunId: number;
  readonly taskInstanceId: number | null;
  readonly attemptId: string | null;
  readonly fromState: string | null;
  readonly toState: string | null;
  readonly tryNumber: number | null;
  readonly reason: string;
}

export interface StoredXcomRow {
  readonly taskInstanceId: number;
  readonly key: string;
  readonly value: JsonValue;
}

export interface LateReportRow {
  readonly attemptId: string;
  readonly report: string;
}

/** A worker's sign of life. */
export interface WorkerRow {
  readonly workerId: string;
  readonly queues: readonly string[];
  readonly free: number;
  readonly lastSeenAt: Instant;
}
