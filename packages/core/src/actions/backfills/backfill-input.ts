import type { Instant, JsonObject } from "@windlass/contract";
import type { ReprocessBehavior } from "../../domain/backfill/reprocess.ts";

/** A backfill that is asked for. */
export interface BackfillInput {
  readonly dagId: string;
  /** Logical dates from here on, itself included. */
  readonly fromDate: Instant | undefined;
  /** Logical dates up to here, itself included. */
  readonly toDate: Instant | undefined;
  /** The newest date first. */
  readonly runBackwards: boolean;
  /** The conf of every run; null: none, and runs that are made anew keep theirs. */
  readonly conf: JsonObject | null;
  readonly reprocessBehavior: ReprocessBehavior;
  /** Whether runs that are made anew go on on the newest version of the Dag; undefined and null: as the Dag, else the configuration says, else they do. */
  readonly onNewestVersion?: boolean | null | undefined;
  /** How many of its runs may be running at a time; 0: none. */
  readonly maxActiveRuns: number;
}

/** A backfill that was made. */
export interface CreatedBackfill {
  readonly id: number;
  readonly dagId: string;
  /** Runs made, and runs made anew. */
  readonly runs: number;
}

/** What a backfill does, or would do, with one date of its range. */
export interface BackfillDateOutcome {
  readonly logicalDate: Instant;
  readonly dataIntervalStart: Instant;
  readonly dataIntervalEnd: Instant;
  readonly outcome: "new" | "reprocess" | "in flight" | "already exists" | "unknown";
  /** The run that is there already. */
  readonly runId: string | null;
}
