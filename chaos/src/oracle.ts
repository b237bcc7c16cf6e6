import type { Entry, Ledger } from "./ledger.ts";
import type { Paused, Triggered } from "./load.ts";
import type { Trouble } from "./nemesis.ts";
import type { Stored, StoredAttempt } from "./stored.ts";

/** All that there is to compare. */
export interface Evidence {
  readonly ledger: Ledger;
  readonly stored: Stored;
  readonly acknowledged: readonly Triggered[];
  /** Keys `dag/run` of runs that people interfered with, and of those that may be gone. */
  readonly raced: ReadonlySet<string>;
  readonly deleted: ReadonlySet<string>;
  readonly paused: readonly Paused[];
  readonly troubles: readonly Trouble[];
  /** How long, in milliseconds, a process may go on after its attempt has lost its permission: the silence until its supervisor ends it, and the grace. */
  readonly lingerMs: number;
  /** Fewest runs that must have ended well. */
  readonly leastRuns: number;
}

/** What the comparison came to. */
export interface Findings {
  /** Each is a sentence; a sound installation has none. */
  readonly violations: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

const PAUSE_HEARD_MS = 2_000;
// Wall clocks of processes on one machine differ by less.
const CLOCK_MS = 20;

/** Compares what the tasks say of themselves with what the database says of them, and both with what was promised. */
export function examine(evidence: Evidence): Findings {
  const { ledger, stored } = evidence;
  const lost = lostRuns(evidence);
  const doubled = [...startedTwice(ledger.entries), ...overlaps(evidence)];
  const violations = [
    ...lost,
    ...doubled,
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

function keyOf({ dagId, runId }: { readonly dagId: string; readonly runId: string }): string {
  return `${dagId}/${runId}`;
}

function lostRuns({ acknowledged, deleted, raced, stored }: Evidence): readonly string[] {
  const states = new Map(stored.runs.map((run) => [keyOf(run), run.state]));
  const ofAcknowledged = acknowledged.flatMap((run) => {
    const key = keyOf(run);
    const state = states.get(key);
    if (state === undefined) return deleted.has(key) ? [] : [`the run ${key} was acknowledged and is not there`];
    if (raced.has(key)) return [];
    return state === "success" ? [] : [`the run ${key}, which nobody interfered with, is ${state}`];
  });
  const open = stored.runs.filter(({ state }) => state === "queued" || state === "running");
  return [...ofAcknowledged, ...open.map((run) => `the run ${keyOf(run)} did not end: it is ${run.state}`)];
}

function startedTwice(entries: readonly Entry[]): readonly string[] {
  const seen = new Set<string>();
  return entries.flatMap((entry) => {
    if (entry.what !== "start") return [];
    if (seen.has(entry.attemptId)) return [`the attempt ${entry.attemptId} of ${nameOf(entry)} started twice`];
    seen.add(entry.attemptId);
    return [];
  });
}

function nameOf(of: Pick<Entry, "dagId" | "runId" | "taskId" | "mapIndex" | "tryNumber">): string {
  return `${of.dagId}/${of.runId}/${of.taskId}[${String(of.mapIndex)}] try ${String(of.tryNumber)}`;
}

/** Attempts of one task instance that ran at the same time, although none of their supervisors was frozen. */
function overlaps({ ledger, stored, troubles, lingerMs }: Evidence): readonly string[] {
  const byAttempt = new Map(stored.attempts.map((each) => [each.attemptId, each]));
  const ends = new Map(ledger.entries.filter(({ what }) => what === "end").map((entry) => [entry.attemptId, entry]));
  const starts = Map.groupBy(
    ledger.entries.filter(({ what }) => what === "start"),
    (entry) => `${keyOf(entry)}/${entry.taskId}/${String(entry.mapIndex)}`,
  );
  const found: string[] = [];
  for (const group of starts.values()) {
    for (const first of group) {
      const end = ends.get(first.attemptId);
      if (!end) continue;
      const second = group.find((other) => other !== first && other.ns > first.ns && other.ns < end.ns);
      if (!second || wasFrozen(troubles, first.supervisor, first.wallMs, end.wallMs)) continue;
      // One that had lost its permission is given the time to hear of it and to end.
      const over = byAttempt.get(first.attemptId)?.endedMs;
      if (over != null && end.wallMs - over <= lingerMs) continue;
      found.push(`${nameOf(second)} started while ${nameOf(first)} (${first.attemptId}) still ran`);
    }
  }
  return found;
}

function wasFrozen(troubles: readonly Trouble[], pid: number, fromMs: number, toMs: number): boolean {
  return troubles.some((each) => each.pid === pid && each.fromMs <= toMs && each.toMs >= fromMs);
}

/** What ran must have been let run. */
function unknownStarts({ ledger, stored, deleted }: Evidence): readonly string[] {
  const byAttempt = new Map(stored.attempts.map((each) => [each.attemptId, each]));
  return ledger.entries.flatMap((entry) => {
    if (entry.what !== "start" || deleted.has(keyOf(entry))) return [];
    const attempt = byAttempt.get(entry.attemptId);
    if (!attempt) return [`${nameOf(entry)} ran as ${entry.attemptId}, which the database does not know`];
    if (attempt.startedMs === null) return [`${nameOf(entry)} ran as ${entry.attemptId}, which was never let start`];
    return attempt.taskId === entry.taskId &&
      attempt.tryNumber === entry.tryNumber &&
      attempt.mapIndex === entry.mapIndex &&
      keyOf(attempt) === keyOf(entry)
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
  const written = { start: new Set<string>(), end: new Set<string>() };
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
  const byAttempt = new Map(stored.attempts.map((each) => [each.attemptId, each]));
  return ledger.entries.flatMap((entry) => {
    const over = byAttempt.get(entry.attemptId)?.endedMs;
    if (entry.what !== "end" || over == null || entry.wallMs <= over + lingerMs) return [];
    if (wasFrozen(troubles, entry.supervisor, over - lingerMs, entry.wallMs)) return [];
    const late = Math.round((entry.wallMs - over) / 1_000);
    return [`${nameOf(entry)} (${entry.attemptId}) went on for ${String(late)} s after it had lost its permission`];
  });
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

function callbacks({ ledger, stored, raced }: Evidence): readonly string[] {
  const calls = Map.groupBy(ledger.calls, keyOf);
  const missed = stored.runs.flatMap((run) => {
    const key = keyOf(run);
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
