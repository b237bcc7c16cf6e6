import type {
  AttemptCarry,
  AttemptError,
  Instant,
  JsonValue,
  RunState,
  SerializedTrigger,
  TaskInstanceState,
  XcomElsewhere,
} from "@windlass/contract";
import { DatabaseError } from "../database/database-error.ts";
import type { Sql, Transaction } from "../database/sql.ts";
import type { Notices } from "../domain/notices/notice.ts";
import { expandMapped } from "./expand-mapped.ts";
import { type AnsweredHuman, answerHumanRequests, type AskedHuman, insertHumanRequests } from "./human-requests.ts";
import { type AssetEventRow, recordAssetEvents } from "./assets/record-asset-events.ts";
import { COMMIT_STATEMENT } from "./commit-statement.ts";
import { joinNotices, writeNotices } from "./notices.ts";
import { clearTaskStoreOf } from "./task-store.ts";

/** A run as a commit leaves it. Every run that anything changed in is listed, also where only its version grows. */
export interface RunChange {
  readonly id: number;
  /** The version the decision was made on; the commit leaves the next one. */
  readonly version: number;
  readonly state: RunState;
  readonly queuedAt: Instant;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  /** When a scheduler decided about the run; null where a hand did. */
  readonly decidedAt: Instant | null;
}

/** A task instance as a commit leaves it, whatever states it passed through. */
export interface InstanceChange {
  readonly id: number;
  readonly dagRunId: number;
  readonly fromAttemptId: string;
  readonly fromState: TaskInstanceState | null;
  readonly state: TaskInstanceState | null;
  readonly attemptId: string;
  readonly tryNumber: number;
  readonly maxTries: number;
  readonly scheduledAt: Instant | null;
  readonly queuedAt: Instant | null;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
  readonly notBefore: Instant | null;
  readonly error: AttemptError | null;
  /** Where it runs; null: as before. */
  readonly hostname: string | null;
  readonly pid: number | null;
  /** Sent only where there is any: what is handed on, waited for, left out, mapped over. */
  readonly more: {
    readonly carry?: AttemptCarry;
    readonly trigger?: SerializedTrigger;
    readonly skips?: readonly string[];
    readonly result_length?: number;
    readonly rendered_map_index?: string;
  };
}

/** Instances of a mapped task that a decision makes, like one that is there. */
export interface Expansion {
  readonly dagRunId: number;
  readonly taskId: string;
  /** Becomes map index 0. */
  readonly placeholderId: number | null;
  readonly maxTries: number;
  readonly made: readonly { readonly id: number; readonly attemptId: string; readonly mapIndex: number }[];
}

/** An attempt that ended. */
export interface AttemptEnd {
  readonly attemptId: string;
  readonly endedAt: Instant;
  /** The state its task instance got, or `superseded` where it never started. */
  readonly outcome: TaskInstanceState | "superseded" | "cleared";
  readonly error: AttemptError | null;
}

/** One transition, as readers of the history see it. */
export interface EventRow {
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

/** A return value that came with a report. */
export interface XcomRow {
  readonly taskInstanceId: number;
  readonly key: string;
  readonly value: JsonValue;
  /** In place of the value. */
  readonly elsewhere?: XcomElsewhere;
  /** The attempt that left it, where the value is elsewhere. */
  readonly attemptId?: string;
}

/** Everything that one commit writes, of many runs. */
export interface CommitBatch {
  readonly runs: readonly RunChange[];
  readonly instances: readonly InstanceChange[];
  readonly expansions: readonly Expansion[];
  readonly attemptsEnded: readonly AttemptEnd[];
  readonly events: readonly EventRow[];
  readonly xcoms: readonly XcomRow[];
  /** What follows outside of the engine, for each run of which anything does. */
  readonly notices: readonly Notices[];
  /** When it was decided. */
  readonly at: Instant;
  /** Questions to people that begin to wait, and the answers that end such waits. */
  readonly asked: readonly AskedHuman[];
  readonly answered: readonly AnsweredHuman[];
  /** Events of the outlets of what succeeded. */
  readonly assetEvents?: readonly AssetEventRow[];
  /** Task instances whose stores go. */
  readonly storesCleared?: readonly number[];
  /** The boot of the supervisor that starts what is left in state running. */
  readonly bootId: string;
  readonly leaseSeconds: number;
}

/** Somebody else changed these runs since they were loaded: the decisions about them must be made anew. */
export class RunsChangedMeanwhile extends Error {
  override readonly name = "RunsChangedMeanwhile";
  readonly runIds: readonly number[];

  constructor(runIds: readonly number[]) {
    super(`runs changed meanwhile: ${runIds.join(", ")}`);
    this.runIds = runIds;
  }
}

/** SQLSTATE of `refuse_commit`, whose detail is the keys of the runs as JSON. */
const REFUSED = "WL001";

/**
 * Writes the transitions of many runs: states, attempts, events, XComs and announcements. Every run that anything belongs to is listed. Call it in a
 * transaction and let what it throws roll that back. Each run is compared with the version, each task instance with the attempt and the state
 * that the decision saw.
 * @param end given where nothing comes after it: the transaction, which is then committed along with the statement wherever one is enough
 * @throws RunsChangedMeanwhile where a run, or a task instance of one, was not as the decision saw it
 */
export async function commitTransitions(sql: Sql, batch: CommitBatch, end?: Transaction): Promise<Committed> {
  const { runs, asked, answered, assetEvents = [], storesCleared = [] } = batch;
  if (runs.length === 0) return { eventIds: [], queuedDagIds: [] };
  if (batch.expansions.length > 0) await expandMapped(sql, runs, batch.expansions);
  const isAll = [asked, answered, assetEvents, storesCleared, batch.notices].every((each) => each.length === 0);
  const [[written]] = await Promise.all([
    (isAll && end ? end.last : sql).query<Written>(COMMIT_STATEMENT, parameters(batch)),
    // They travel with it; what the commit refuses rolls them back.
    batch.notices.length > 0 && writeNotices(sql, joinNotices(batch.notices), batch.at),
  ]).catch((error: unknown) => {
    throw refusal(error) ?? error;
  });
  if (asked.length > 0) await insertHumanRequests(sql, asked);
  if (answered.length > 0) await answerHumanRequests(sql, answered);
  if (storesCleared.length > 0) await clearTaskStoreOf(sql, storesCleared);
  const recorded = assetEvents.length === 0 ? undefined : await recordAssetEvents(sql, assetEvents);
  return { eventIds: written?.events ?? [], queuedDagIds: recorded?.queuedDagIds ?? [] };
}

function parameters(batch: CommitBatch): readonly unknown[] {
  return [
    JSON.stringify(batch.runs.map(runRow)),
    JSON.stringify(batch.instances.map(instanceRow)),
    JSON.stringify(batch.attemptsEnded.map(attemptRow)),
    JSON.stringify(batch.events.map(eventRow)),
    JSON.stringify(batch.xcoms.map(xcomRow)),
    batch.leaseSeconds,
    batch.bootId,
    batch.at,
  ];
}

function refusal(error: unknown): RunsChangedMeanwhile | undefined {
  if (!(error instanceof DatabaseError) || error.sqlState !== REFUSED || error.detail.kind !== "raised")
    return undefined;
  return new RunsChangedMeanwhile(JSON.parse(error.detail.text) as number[]);
}

/** What a commit has written. */
export interface Committed {
  /** Keys of the event rows, in the order of `events`. */
  readonly eventIds: readonly number[];
  /** Dags that wait for assets and for which something new has happened. */
  readonly queuedDagIds: readonly string[];
}

interface Written {
  readonly events: readonly number[] | null;
}

function runRow(run: RunChange): object {
  return {
    id: run.id,
    version: run.version,
    state: run.state,
    queued_at: run.queuedAt,
    start_date: run.startDate,
    end_date: run.endDate,
    decided_at: run.decidedAt,
  };
}

function instanceRow(instance: InstanceChange): object {
  return {
    id: instance.id,
    from_attempt_id: instance.fromAttemptId,
    from_state: instance.fromState,
    state: instance.state,
    attempt_id: instance.attemptId,
    try_number: instance.tryNumber,
    max_tries: instance.maxTries,
    scheduled_at: instance.scheduledAt,
    queued_at: instance.queuedAt,
    start_date: instance.startDate,
    end_date: instance.endDate,
    not_before: instance.notBefore,
    error: instance.error,
    hostname: instance.hostname,
    pid: instance.pid,
    ...instance.more,
  };
}

function attemptRow(end: AttemptEnd): object {
  return { attempt_id: end.attemptId, ended_at: end.endedAt, outcome: end.outcome, error: end.error };
}

function eventRow(event: EventRow, n: number): object {
  return {
    n,
    at: event.at,
    dag_id: event.dagId,
    dag_run_id: event.dagRunId,
    task_instance_id: event.taskInstanceId,
    attempt_id: event.attemptId,
    from_state: event.fromState,
    to_state: event.toState,
    try_number: event.tryNumber,
    reason: event.reason,
  };
}

function xcomRow(xcom: XcomRow): object {
  const row = { task_instance_id: xcom.taskInstanceId, key: xcom.key };
  const { elsewhere, attemptId } = xcom;
  if (elsewhere === undefined) return { ...row, value: xcom.value };
  if (elsewhere.kind === "encoded") return { ...row, value: elsewhere.value, length: elsewhere.length, encoded: true };
  const { address, bytes, length } = elsewhere;
  return { ...row, object: address, bytes, length, attempt_id: attemptId };
}
