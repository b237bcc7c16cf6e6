import type { Instant } from "@windlass/contract";
import type { DagGraph } from "../../domain/snapshot.ts";
import type { EventsOfPartition, TakenEvent, WaitingDag } from "../../store/assets/asset-runs.ts";
import type { LockedBackfill } from "../../store/backfills.ts";
import type { CommitBatch, Committed } from "../../store/commit-transitions.ts";
import type { DagVersionRow } from "../../store/dag-versions.ts";
import type { LoadedRun, QueuedRunRow, RunningVersion } from "../../store/load-run.ts";
import type { LockedState, LockRequest } from "../../store/occupancy.ts";
import type { NewRun, RunInsertion } from "../../store/runs.ts";
import type { DueDag } from "../../store/scheduled-dags.ts";
import type { ServedQueue } from "../../store/workers.ts";
import type { RunDates } from "../../domain/schedule/next-run.ts";

/** A report that came from an attempt without permission. */
export interface LateReport {
  readonly attemptId: string;
  readonly report: string;
}

/** What a round does in its transaction. */
export interface RoundTransaction {
  /** Locks pools, then Dags, and counts what they hold. */
  lockAndCount(request: LockRequest): Promise<LockedState>;
  /** Locks backfills, behind pools and Dags, and counts their running runs. */
  lockBackfills(ids: readonly number[]): Promise<ReadonlyMap<number, LockedBackfill>>;
  /**
   * @param isLast nothing comes after it, so that the transaction may be committed along with it
   * @throws RunsChangedMeanwhile where a run, or a task instance of one, was not as the decision saw it
   */
  commitTransitions(batch: CommitBatch, isLast: boolean): Promise<Committed>;
  insertLateReports(reports: readonly LateReport[]): Promise<void>;
}

/** What the making of scheduled runs does in its transaction. */
export interface ScheduleTransaction {
  /** Dags whose next run is due and that may have another, locked; those that somebody else has locked are left to it. */
  lockDueDags(now: Instant, limit: number): Promise<readonly DueDag[]>;
  insertRuns(runs: readonly NewRun[]): Promise<readonly RunInsertion[]>;
  /** Writes when a Dag runs next. @returns whether the dates that its own timetable named run low */
  storeNextRun(due: DueDag, last: RunDates, now: Instant): Promise<boolean>;
  /** Writes the next run of a Dag that was thought to be due and is not. */
  storeNotDue(due: DueDag): Promise<void>;
}

/** What the making of runs by assets does in its transaction. */
export interface AssetTransaction extends Pick<ScheduleTransaction, "insertRuns"> {
  /** Dags for which events wait and that may have another run, locked. */
  lockWaitingDags(dagIds: readonly string[]): Promise<readonly WaitingDag[]>;
  takeQueuedEvents(dagId: string, partitions: readonly EventsOfPartition[] | null): Promise<readonly TakenEvent[]>;
  linkTaken(dagRunId: number, events: readonly TakenEvent[]): Promise<void>;
  linkSinceLastRun(run: {
    readonly id: number;
    readonly dagId: string;
    readonly catchup: boolean;
    readonly until: Instant;
  }): Promise<void>;
}

/** All that a scheduler does in transactions. */
export type SchedulerTransaction = RoundTransaction & ScheduleTransaction & AssetTransaction;

/**
 * What a scheduler needs of the place where the rows lie. PostgreSQL's is the truth about what each of these does; the double in `test-support/simulation`
 * passes the same contract tests.
 */
export interface SchedulerStore {
  /**
   * All or nothing, and nothing of it is seen by others before its end. It may run more than once, so it does nothing else.
   * @throws DatabaseError; one that is `unavailable` says nothing of whether it was committed
   */
  transaction<T>(work: (tx: SchedulerTransaction) => Promise<T>): Promise<T>;
  listRunningVersions(): Promise<readonly RunningVersion[]>;
  /** Runs with their task instances; those that do not exist are left out. @param graphs gives the prepared Dag of each version */
  loadRuns(
    ids: readonly number[],
    graphs: (dagVersionIds: readonly number[]) => Promise<ReadonlyMap<number, DagGraph>>,
  ): Promise<readonly LoadedRun[]>;
  loadDagVersions(ids: readonly number[]): Promise<readonly DagVersionRow[]>;
  /** Which of these runs are still queued. */
  listQueued(ids: readonly number[]): Promise<readonly QueuedRunRow[]>;
  /** Queued runs that are due and seem to have room. @param dagIds null: of all Dags */
  listAdmissible(dagIds: readonly string[] | null, now: Instant, limit: number): Promise<readonly number[]>;
  nextQueuedRunAfter(now: Instant): Promise<Instant | null>;
  /** When the next scheduled run of any Dag is due. */
  nextDueAt(): Promise<Instant | null>;
  /** Keys for task instances that a decision makes. */
  reserveInstanceIds(count: number): Promise<readonly number[]>;
  /** Dags for which events of assets wait. */
  listQueuedDagIds(): Promise<readonly string[]>;
  completeFinishedBackfills(now: Instant): Promise<number>;
  insertLateReports(reports: readonly LateReport[]): Promise<void>;
  /** The queues that living workers serve. */
  listServedQueues(): Promise<readonly ServedQueue[]>;
}
