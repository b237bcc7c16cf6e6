import type { DagGraph } from "../../src/domain/snapshot.ts";
import type { LeaseStore } from "../../src/services/lease-store.ts";
import type { LateReport, SchedulerStore } from "../../src/services/scheduler/scheduler-store.ts";
import type { AttemptStart, StartAnswer } from "../../src/store/attempts.ts";
import type { CommitBatch, Committed } from "../../src/store/commit-transitions.ts";
import type { ClaimedAttempt } from "../../src/store/held-attempts.ts";
import type { LoadedRun } from "../../src/store/load-run.ts";
import type { NewRun, RunInsertion } from "../../src/store/runs.ts";
import type { StoredXcom, XcomAddress } from "../../src/store/xcom.ts";

/** What people and workers do in transactions: a run is held first, then read, then changed. */
export interface HandTransaction {
  /** Lets others wait with changing a run. @returns whether it is there */
  lockRun(id: number): Promise<boolean>;
  loadRuns(
    ids: readonly number[],
    graphs: (dagVersionIds: readonly number[]) => Promise<ReadonlyMap<number, DagGraph>>,
  ): Promise<readonly LoadedRun[]>;
  commitTransitions(batch: CommitBatch): Promise<Committed>;
  insertRuns(runs: readonly NewRun[]): Promise<readonly RunInsertion[]>;
  deleteRun(id: number): Promise<void>;
}

/** Everything that happens to the rows in a world of schedulers, workers and people. */
export interface WorldStore extends SchedulerStore, LeaseStore {
  byHand<T>(work: (tx: HandTransaction) => Promise<T>): Promise<T>;
  /** A worker asks to start a queued attempt. */
  startAttempt(start: AttemptStart, leaseSeconds: number): Promise<StartAnswer>;
  /** A worker asks for queued attempts of its queues. */
  claimQueued(queues: readonly string[], limit: number, againAfterSeconds: number): Promise<readonly ClaimedAttempt[]>;
  setDagPaused(dagId: string, paused: boolean): Promise<boolean>;
  loadXcoms(addresses: readonly XcomAddress[]): Promise<readonly StoredXcom[]>;
  insertLateReports(reports: readonly LateReport[]): Promise<void>;
}
