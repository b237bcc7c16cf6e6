import type { Instant, JsonObject, RunState, RunType, TriggeredBy } from "@windlass/contract";

/** What a trigger asks for; absent is another thing than null for the logical date. */
export interface TriggerInput {
  readonly dagId: string;
  /** "" and null count as none. */
  readonly dagRunId?: string | null | undefined;
  /** null: a run without a place in time (v2). Absent: the present moment. */
  readonly logicalDate?: Instant | null | undefined;
  readonly dataIntervalStart?: Instant | null | undefined;
  readonly dataIntervalEnd?: Instant | null | undefined;
  readonly runAfter?: Instant | null | undefined;
  readonly conf?: JsonObject | null | undefined;
  readonly note?: string | null | undefined;
  /** The partition that the run is to stand for. */
  readonly partitionKey?: string | null | undefined;
  /** Asked for by the asset that the Dag writes. */
  readonly materializes?: boolean | undefined;
}

/** A run just made: everything that an answer shows, so that nothing is read again. */
export interface TriggeredRun {
  readonly id: number;
  readonly dagId: string;
  readonly dagDisplayName: string;
  readonly runId: string;
  readonly state: RunState;
  readonly runType: RunType;
  readonly triggeredBy: TriggeredBy;
  readonly triggeringUser: string | null;
  readonly logicalDate: Instant | null;
  readonly dataIntervalStart: Instant | null;
  readonly dataIntervalEnd: Instant | null;
  readonly runAfter: Instant;
  readonly queuedAt: Instant;
  readonly conf: JsonObject;
  readonly note: string | null;
  readonly partitionKey: string | null;
  readonly dagVersion: {
    readonly id: string;
    readonly versionNumber: number;
    readonly bundleHash: string;
    readonly createdAt: Instant;
  };
}
