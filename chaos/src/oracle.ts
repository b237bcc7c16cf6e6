import {
  answeredDifferently,
  type Fault,
  lostAcknowledged,
  ranAtOnce,
  ranPastItsEnd,
  type RepeatedRequest,
  startedTwice,
  stoodStill,
} from "@windlass/core/test-support";
import type { Trouble } from "./faults/fault.ts";
import { acceptedAfterHand, handsWithoutEffect } from "./hand-checks.ts";
import type { Entry, Ledger } from "./ledger.ts";
import type { Hand, Paused, Triggered } from "./load.ts";
import { nameOf, runKey } from "./names.ts";
import type { Stored, StoredAttempt } from "./stored.ts";

/** All that there is to compare. */
export interface Evidence {
  readonly ledger: Ledger;
  readonly stored: Stored;
  readonly acknowledged: readonly Triggered[];
  readonly hands: readonly Hand[];
  readonly repeated: readonly RepeatedRequest[];
  /** Keys `dag/run` of runs that people interfered with, and of those that may be gone. */
  readonly raced: ReadonlySet<string>;
  readonly deleted: ReadonlySet<string>;
  readonly paused: readonly Paused[];
  readonly troubles: readonly Trouble[];
  /** How long, in milliseconds, a process may go on after its attempt has lost its permission: the silence until its supervisor ends it, and the grace. */
  readonly lingerMs: number;
  /** The longest that a run may wait, in seconds, for a scheduler to look at it while there is trouble. */
  readonly longestWaitSeconds: number;
  /** Fewest runs that must have ended well. */
  readonly leastRuns: number;
}

/** What the comparison came to. */
export interface Findings {
  /** Each is a sentence; a sound installation has none. */
  readonly violations: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

// What a scheduler may take that shares two slow processors with a dozen processes that begin.
const PAUSE_HEARD_MS = 5_000;
// Who follows the database's clock is off by no more than an answer of it takes.
const CLOCK_MS = 1_000;
// From the moment that a change was decided to its commit: what a server that is away, held rows and full disks add.
const COMMIT_MS = 120_000;

/** Compares what the tasks say of themselves with what the database says of them, and both with what was promised. */
export function examine(evidence: Evidence): Findings {
  const { ledger, stored } = evidence;
  const lost = lostRuns(evidence);
  const doubled = [...startedTwice(ledger.entries).map(inWords), ...overlaps(evidence)];
  const violations = [
    ...lost,
    ...doubled,
    ...handsWithoutEffect(evidence.hands, stored, evidence.deleted),
    ...acceptedAfterHand(stored.events),
    ...answeredDifferently(evidence.repeated).map(inWords),
    ...stoodStill(stored.waits, evidence.longestWaitSeconds, []).map(inWords),
    ...stored.faults.map(inWords),
    ...clocks(stored),
    ...logs(evidence),
    ...unknownStarts(evidence),
    ...openAttempts(stored.attempts),
    ...overlappingLeases(stored.attempts),
    ...unfoundedOutcomes(evidence),
    ...lingering(evidence),
    ...startedWhilePaused(evidence),
    ...callbacks(evidence),
    ...assets(stored),
    ...stored.invariantRows.map((row) => `invariant ${row}`),
    ...progress(evidence),
  ];
  const starts = ledger.entries.filter(({ what }) => what === "start");
  return {
    violations,
    counts: {
      "runs acknowledged": evidence.acknowledged.length,
      "runs stored": stored.runs.length,
      "runs ended well": stored.runs.filter(({ state }) => state === "success").length,
      "attempts started": starts.length,
      "attempts finished": ledger.entries.filter(({ what }) => what === "end").length,
      "attempts taken for lost": stored.attempts.filter(({ errorKind }) => errorKind === "lost").length,
      "late reports refused": stored.lateReports,
      lost: lost.length,
      doubled: doubled.length,
      "invariant rows": stored.invariantRows.length,
    },
  };
}

function inWords({ invariant, row }: Fault): string {
  return `${invariant}: ${JSON.stringify(row)}`;
}

function lostRuns({ acknowledged, deleted, raced, stored }: Evidence): readonly string[] {
  const states = new Map(stored.runs.map((run) => [runKey(run), run.state]));
  const kept = acknowledged.map(runKey).filter((key) => !deleted.has(key));
  const failed = kept.flatMap((key) => {
    const state = states.get(key);
    return state === undefined || state === "success" || raced.has(key)
      ? []
      : [`the run ${key}, which nobody interfered with, is ${state}`];
  });
  const open = stored.runs.filter(({ state }) => state === "queued" || state === "running");
  return [
    ...lostAcknowledged(kept, states.keys()).map(inWords),
    ...failed,
    ...open.map((run) => `the run ${runKey(run)} did not end: it is ${run.state}`),
  ];
}

/** Attempts of one task instance that ran at the same time, although none of their supervisors was frozen. */
function overlaps({ ledger, stored, troubles, lingerMs }: Evidence): readonly string[] {
  const byAttempt = new Map(stored.attempts.map((each) => [each.attemptId, each]));
  const entries = Map.groupBy(ledger.entries, ({ attemptId }) => attemptId);
  const instances = new Map(
    ledger.entries.map((entry) => [entry.attemptId, nameOf({ ...entry, tryNumber: undefined })]),
  );
  const faults = ranAtOnce(ledger.entries.map(at), (attemptId) => instances.get(attemptId));
  return faults.flatMap(({ row }) => {
    const { one, other } = row as { readonly one: Span; readonly other: Span };
    const [first, second] = one.from <= other.from ? [one, other] : [other, one];
    const [its] = entries.get(first.attemptId) ?? [];
    const [later] = entries.get(second.attemptId) ?? [];
    if (!its || !later || wasFrozen(troubles, its.supervisor, first.from, first.to)) return [];
    // One that had lost its permission is given the time to hear of it and to end.
    const over = byAttempt.get(first.attemptId)?.endedMs;
    if (over != null && first.to - over <= lingerMs) return [];
    return [`${nameOf(later)} started while ${nameOf(its)} (${first.attemptId}) still ran`];
  });
}

interface Span {
  readonly attemptId: string;
  readonly from: number;
  readonly to: number;
}

function at(entry: Entry): Entry & { readonly at: number } {
  return { ...entry, at: entry.wallMs };
}

function wasFrozen(troubles: readonly Trouble[], pid: number, fromMs: number, toMs: number): boolean {
  return troubles.some((each) => each.pid === pid && each.fromMs <= toMs && each.toMs >= fromMs);
}

/** What ran must have been let run. */
function unknownStarts({ ledger, stored, deleted }: Evidence): readonly string[] {
  const byAttempt = new Map(stored.attempts.map((each) => [each.attemptId, each]));
  return ledger.entries.flatMap((entry) => {
    if (entry.what !== "start" || deleted.has(runKey(entry))) return [];
    const attempt = byAttempt.get(entry.attemptId);
    if (!attempt) return [`${nameOf(entry)} ran as ${entry.attemptId}, which the database does not know`];
    if (attempt.startedMs === null) return [`${nameOf(entry)} ran as ${entry.attemptId}, which was never let start`];
    return attempt.taskId === entry.taskId &&
      attempt.tryNumber === entry.tryNumber &&
      attempt.mapIndex === entry.mapIndex &&
      runKey(attempt) === runKey(entry)
      ? []
      : [`${nameOf(entry)} ran as ${entry.attemptId}, which is ${nameOf(attempt)}`];
  });
}

function openAttempts(attempts: readonly StoredAttempt[]): readonly string[] {
  return attempts
    .filter(({ startedMs, endedMs }) => startedMs !== null && endedMs === null)
    .map((each) => `the attempt ${each.attemptId} of ${nameOf(each)} was started and never ended`);
}

function overlappingLeases(attempts: readonly StoredAttempt[]): readonly string[] {
  const started = attempts.filter(({ startedMs }) => startedMs !== null);
  return started.flatMap((later, index) => {
    const before = started[index - 1];
    if (before?.taskInstanceId !== later.taskInstanceId) return [];
    const over = before.endedMs;
    return over !== null && over <= (later.startedMs ?? 0) + CLOCK_MS
      ? []
      : [`${nameOf(later)} (${later.attemptId}) was let start before ${before.attemptId} had lost its permission`];
  });
}

/** An outcome that counted must be one that the attempt itself came to. */
function unfoundedOutcomes({ ledger, stored }: Evidence): readonly string[] {
  const written = { start: new Set<string>(), alive: new Set<string>(), end: new Set<string>() };
  for (const { what, attemptId } of ledger.entries) written[what].add(attemptId);
  return stored.attempts.flatMap((attempt) => {
    const { attemptId, outcome, errorKind, marked } = attempt;
    if (marked) return [];
    const needed =
      outcome === "success" ? "end" : outcome === "deferred" || errorKind === "error" ? "start" : undefined;
    return needed === undefined || written[needed].has(attemptId)
      ? []
      : [`${nameOf(attempt)} counts as ${String(outcome)} by ${attemptId}, which never wrote its ${needed}`];
  });
}

/** Processes that went on for longer than they may after their attempt had ended or lost its permission. */
function lingering({ ledger, stored, troubles, lingerMs }: Evidence): readonly string[] {
  const ended = stored.attempts.flatMap(({ attemptId, endedMs }) =>
    endedMs === null ? [] : [{ attemptId, endedAt: endedMs }],
  );
  const ends = new Map(ended.map(({ attemptId, endedAt }) => [attemptId, endedAt]));
  const late = new Map<string, string>();
  for (const { row } of ranPastItsEnd(ledger.entries.map(at), ended, lingerMs)) {
    const entry = row as ReturnType<typeof at>;
    const over = ends.get(entry.attemptId) ?? 0;
    if (wasFrozen(troubles, entry.supervisor, over - lingerMs, entry.at)) continue;
    late.set(
      entry.attemptId,
      `${nameOf(entry)} (${entry.attemptId}) went on for ${seconds(entry.at - over)} s after it had lost its permission`,
    );
  }
  return [...late.values()];
}

/** A pause that was acknowledged is heard by every scheduler that can be reached. */
function startedWhilePaused({ stored, paused, troubles }: Evidence): readonly string[] {
  const deaf = troubles.filter(({ fromMs, toMs }) => toMs > fromMs);
  return paused.flatMap(({ dagId, fromMs, toMs }) => {
    const heardMs = fromMs + PAUSE_HEARD_MS;
    if (deaf.some((each) => each.fromMs <= toMs && each.toMs + PAUSE_HEARD_MS >= fromMs)) return [];
    return stored.attempts
      .filter((each) => each.dagId === dagId && each.queuedMs > heardMs && each.queuedMs < toMs)
      .map(
        (each) =>
          `${nameOf(each)} was queued ${String(Math.round(each.queuedMs - fromMs))} ms after ${dagId} was paused`,
      );
  });
}

/** No process's own clock has a say, wherever somebody set it. */
function clocks({ runs, events }: Stored): readonly string[] {
  const made = new Map(
    events.filter(({ reason }) => reason === "run_created").map((event) => [runKey(event), event.committedMs]),
  );
  const early = runs.flatMap((run) => {
    const committedMs = made.get(runKey(run));
    return run.runType !== "scheduled" || committedMs === undefined || run.runAfterMs <= committedMs + CLOCK_MS
      ? []
      : [`the run ${runKey(run)} was made ${seconds(run.runAfterMs - committedMs)} s before it was due`];
  });
  const off = events.filter(({ atMs, committedMs }) => atMs > committedMs + CLOCK_MS || atMs < committedMs - COMMIT_MS);
  const misdated = off
    .slice(0, 20)
    .map(
      (event) =>
        `an event of ${runKey(event)} (${event.reason}) is dated ${seconds(event.atMs - event.committedMs)} s off its commit`,
    );
  return [...early, ...misdated];
}

function seconds(ms: number): string {
  return String(Math.round(ms / 1_000));
}

/** A log may lack its end only where there was no room for it, or the machine stood still over it. */
function logs({ stored, troubles, lingerMs }: Evidence): readonly string[] {
  const full = troubles.filter(({ kind }) => kind === "disk of logs full");
  const byAttempt = new Map(stored.attempts.map((each) => [each.attemptId, each]));
  return stored.logsWithoutEnd.flatMap((attemptId) => {
    const attempt = byAttempt.get(attemptId);
    if (!attempt) return [];
    const [fromMs, toMs] = [attempt.startedMs ?? attempt.queuedMs, (attempt.endedMs ?? Infinity) + lingerMs];
    return full.some((each) => each.fromMs <= toMs && each.toMs >= fromMs)
      ? []
      : [
          `the log of ${nameOf(attempt)} (${attemptId}, ${String(attempt.outcome)} ${attempt.errorKind ?? ""}) has neither an end nor the marker of a lost one`,
        ];
  });
}

function callbacks({ ledger, stored, raced }: Evidence): readonly string[] {
  const calls = Map.groupBy(ledger.calls, runKey);
  const missed = stored.runs.flatMap((run) => {
    const key = runKey(run);
    if (run.dagId !== "called" || raced.has(key) || run.state !== "success") return [];
    const ofRun = calls.get(key) ?? [];
    const tasks = new Set(ofRun.map(({ taskId }) => taskId ?? ""));
    const keys = new Set(ofRun.map(({ dedupeKey }) => dedupeKey));
    const whole = ["", "first", "second"].every((task) => tasks.has(task)) && keys.size === 3;
    return whole
      ? []
      : [`the callbacks of ${key} were called for ${JSON.stringify([...tasks])} under ${String(keys.size)} keys`];
  });
  return [...missed, ...stored.badCallbacks.map((row) => `a callback did not succeed: ${row}`)];
}

function assets({ untakenAssetEvents, made }: Stored): readonly string[] {
  return [
    ...untakenAssetEvents.map((id) => `the asset event ${String(id)} was taken by no run`),
    ...(made.successes === made.events
      ? []
      : [`${String(made.successes)} successes of a task with an outlet made ${String(made.events)} asset events`]),
  ];
}

function progress({ stored, leastRuns }: Evidence): readonly string[] {
  const well = stored.runs.filter(({ state }) => state === "success").length;
  return well >= leastRuns ? [] : [`only ${String(well)} runs ended well; ${String(leastRuns)} is the least`];
}
