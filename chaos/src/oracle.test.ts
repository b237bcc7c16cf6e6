import { describe, expect, it } from "vitest";
import type { Entry } from "./ledger.ts";
import { type Evidence, examine } from "./oracle.ts";
import type { StoredAttempt, StoredEvent, StoredRun } from "./stored.ts";

/* A sound account, and for each check a change of it that this check sees. */

const T0 = 1_800_000_000_000;
const RUN = { dagId: "chain", runId: "chaos_1" } as const;

function entry(what: Entry["what"], attemptId: string, atMs: number, more: Partial<Entry> = {}): Entry {
  const of = { ...RUN, taskId: "a", mapIndex: -1, tryNumber: 1, pid: 10, supervisor: 5 };
  return { what, attemptId, ...of, wallMs: T0 + atMs, ...more };
}

function attempt(attemptId: string, sequence: number, more: Partial<StoredAttempt> = {}): StoredAttempt {
  return {
    ...{ attemptId, sequence, ...RUN, taskId: "a", mapIndex: -1, tryNumber: 1, taskInstanceId: 1 },
    ...{ queuedMs: T0, startedMs: T0, endedMs: T0 + 1_000, outcome: "success", errorKind: null, marked: false },
    ...more,
  };
}

function run(
  of: typeof RUN | { readonly dagId: string; readonly runId: string },
  state: string,
  more: Partial<StoredRun> = {},
): StoredRun {
  return { ...of, state, runType: "manual", runAfterMs: T0, ...more };
}

function event(
  id: number,
  taskId: string | null,
  to: string | null,
  reason: string,
  more: Partial<StoredEvent> = {},
): StoredEvent {
  const mapIndex = taskId === null ? null : -1;
  const of = { ...RUN, taskId, mapIndex, attemptId: null, from: null };
  return { id, ...of, to, reason, atMs: T0 + 490, committedMs: T0 + 500, ...more };
}

function sound(): Evidence {
  return {
    ledger: {
      entries: [
        entry("start", "lost", 10),
        entry("start", "good", 20_010, { tryNumber: 2, pid: 11, supervisor: 6 }),
        entry("end", "good", 20_900, { tryNumber: 2, pid: 11, supervisor: 6 }),
      ],
      calls: ["", "first", "second"].map((taskId) => ({
        ...{ dagId: "called", runId: "chaos_2", taskId },
        dedupeKey: `key of ${taskId}`,
      })),
    },
    stored: {
      runs: [
        run(RUN, "success"),
        run({ dagId: "called", runId: "chaos_2" }, "success"),
        run({ dagId: "ticks", runId: "scheduled_1" }, "success", { runType: "scheduled", runAfterMs: T0 + 400 }),
      ],
      events: [
        event(1, null, "queued", "run_created"),
        event(2, "a", "running", "attempt_started", { attemptId: "lost" }),
        event(3, "a", "failed", "marked", { attemptId: "lost", atMs: T0 + 18_000, committedMs: T0 + 18_010 }),
        event(4, "a", null, "cleared", { atMs: T0 + 19_000, committedMs: T0 + 19_010 }),
        event(5, "a", "success", "attempt_succeeded", {
          ...{ attemptId: "good", atMs: T0 + 20_950, committedMs: T0 + 20_960 },
        }),
        event(6, null, "queued", "run_created", { dagId: "ticks", runId: "scheduled_1" }),
      ],
      waits: [{ ...RUN, seconds: 1 }],
      faults: [],
      logsWithoutEnd: ["lost"],
      attempts: [
        attempt("lost", 1, { outcome: "up_for_retry", errorKind: "lost", endedMs: T0 + 18_000 }),
        attempt("good", 2, { tryNumber: 2, queuedMs: T0 + 20_000, startedMs: T0 + 20_000, endedMs: T0 + 21_000 }),
      ],
      invariantRows: [],
      lateReports: 0,
      badCallbacks: [],
      untakenAssetEvents: [],
      made: { successes: 3, events: 3 },
    },
    acknowledged: [RUN],
    hands: [
      { kind: "mark", ...RUN, taskId: "a", state: "failed", fromMs: T0 + 17_990, toMs: T0 + 18_020 },
      { kind: "clear", ...RUN, taskId: "a", state: null, fromMs: T0 + 18_990, toMs: T0 + 19_020 },
      { kind: "delete", dagId: "chain", runId: "gone", taskId: "a", state: null, fromMs: T0, toMs: T0 + 10 },
    ],
    repeated: [
      { key: "chaos_1", answer: { status: 200 } },
      { key: "chaos_1", answer: undefined },
      { key: "chaos_1", answer: { status: 200 } },
    ],
    raced: new Set(),
    deleted: new Set(),
    paused: [{ dagId: "chain", fromMs: T0 + 5_000, toMs: T0 + 12_000 }],
    troubles: [
      { kind: "freeze worker", fromMs: T0 + 900_000, toMs: T0 + 901_000, pid: 5 },
      { kind: "disk of logs full", fromMs: T0 + 13_000, toMs: T0 + 13_500 },
    ],
    lingerMs: 3_000,
    longestWaitSeconds: 60,
    leastRuns: 1,
  };
}

type Change = (evidence: Evidence) => Evidence;
const withEntries = (evidence: Evidence, ...more: readonly Entry[]): Evidence => ({
  ...evidence,
  ledger: { ...evidence.ledger, entries: [...evidence.ledger.entries, ...more] },
});
const withStored = (evidence: Evidence, change: Partial<Evidence["stored"]>): Evidence => ({
  ...evidence,
  stored: { ...evidence.stored, ...change },
});
const withEvent = (evidence: Evidence, id: number, change: Partial<StoredEvent>): Evidence =>
  withStored(evidence, {
    events: evidence.stored.events.map((each) => (each.id === id ? { ...each, ...change } : each)),
  });
const withoutEvent = (evidence: Evidence, id: number): Evidence =>
  withStored(evidence, { events: evidence.stored.events.filter((each) => each.id !== id) });
const withAttempt = (evidence: Evidence, attemptId: string, change: Partial<StoredAttempt>): Evidence =>
  withStored(evidence, {
    attempts: evidence.stored.attempts.map((each) => (each.attemptId === attemptId ? { ...each, ...change } : each)),
  });

const BROKEN: readonly (readonly [string, string, Change])[] = [
  ["a run that was acknowledged is gone", "h16_lost", (it) => withStored(it, { runs: it.stored.runs.slice(1) })],
  [
    "a run failed that nobody interfered with",
    "which nobody interfered with, is failed",
    (it) => withStored(it, { runs: [run(RUN, "failed"), ...it.stored.runs.slice(1)] }),
  ],
  [
    "a run does not end",
    "did not end: it is running",
    (it) => withStored(it, { runs: [...it.stored.runs, run({ dagId: "reads", runId: "x" }, "running")] }),
  ],
  [
    "an attempt starts twice",
    "h01_started_twice",
    (it) => withEntries(it, entry("start", "good", 20_950, { tryNumber: 2 })),
  ],
  [
    "two attempts run at once",
    "still ran",
    (it) => withEntries(withAttempt(it, "lost", { endedMs: null }), entry("end", "lost", 25_000)),
  ],
  ["something runs that nobody knows", "does not know", (it) => withEntries(it, entry("start", "nobody's", 30_000))],
  [
    "something runs without leave",
    "never let start",
    (it) => withAttempt(it, "lost", { startedMs: null, outcome: "superseded", errorKind: null }),
  ],
  ["something runs as another attempt", "which is chain/chaos_1/b", (it) => withAttempt(it, "lost", { taskId: "b" })],
  ["an attempt stays open", "never ended", (it) => withAttempt(it, "good", { endedMs: null, outcome: null })],
  [
    "two attempts have leave at once",
    "was let start before",
    (it) => withAttempt(it, "lost", { endedMs: T0 + 21_500 }),
  ],
  [
    "an outcome comes from nowhere",
    "never wrote its end",
    (it) => withAttempt(it, "lost", { outcome: "success", errorKind: null }),
  ],
  [
    "a process goes on without leave",
    "went on for 5 s",
    (it) => withEntries(withAttempt(it, "lost", { endedMs: T0 + 1_000 }), entry("end", "lost", 6_000)),
  ],
  [
    "something is queued of a paused Dag",
    "after chain was paused",
    (it) => withAttempt(it, "good", { queuedMs: T0 + 11_000 }),
  ],
  [
    "a callback was not called",
    "were called for",
    (it) => ({ ...it, ledger: { ...it.ledger, calls: it.ledger.calls.slice(1) } }),
  ],
  ["a callback failed", "did not succeed", (it) => withStored(it, { badCallbacks: ["{}"] })],
  ["an asset event is left", "taken by no run", (it) => withStored(it, { untakenAssetEvents: [7] })],
  ["an asset event is missing", "made 2", (it) => withStored(it, { made: { successes: 3, events: 2 } })],
  ["a view has a row", "i02_one_lease", (it) => withStored(it, { invariantRows: ["i02_one_lease: {}"] })],
  [
    "what was marked is not",
    "mark failed of chain/chaos_1/a was acknowledged, and nothing came of it",
    (it) => withoutEvent(it, 3),
  ],
  [
    "what was cleared is not",
    "clear of chain/chaos_1/a was acknowledged, and nothing came of it",
    (it) => withoutEvent(it, 4),
  ],
  [
    "a run that was ended goes on",
    "end failed of chain/chaos_1 was acknowledged, and nothing came of it",
    (it) => ({
      ...it,
      hands: [{ kind: "end", ...RUN, taskId: "a", state: "failed", fromMs: T0 + 600, toMs: T0 + 700 }],
    }),
  ],
  [
    "a run that was deleted is there",
    "delete of chain/gone was acknowledged, and the run is there",
    (it) => withStored(it, { runs: [...it.stored.runs, run({ dagId: "chain", runId: "gone" }, "success")] }),
  ],
  [
    "a result counts of what a hand had ended",
    "by lost, which a hand had ended before (marked)",
    (it) => withEvent(it, 5, { attemptId: "lost" }),
  ],
  [
    "a repeated request is answered differently",
    "h17_answered_differently",
    (it) => ({ ...it, repeated: [...it.repeated, { key: "chaos_1", answer: { status: 409 } }] }),
  ],
  ["a run waits for nobody", "h18_stood_still", (it) => withStored(it, { waits: [{ ...RUN, seconds: 61 }] })],
  [
    "another reading of the history finds something",
    "h08_started_too_early",
    (it) => withStored(it, { faults: [{ invariant: "h08_started_too_early", row: {} }] }),
  ],
  [
    "a schedule goes by a clock that is ahead",
    "was made 3600 s before it was due",
    (it) =>
      withStored(it, {
        runs: it.stored.runs.map((each) =>
          each.runType === "scheduled" ? { ...each, runAfterMs: T0 + 3_600_500 } : each,
        ),
      }),
  ],
  ["a change is dated ahead", "is dated 3600 s off", (it) => withEvent(it, 5, { atMs: T0 + 20_960 + 3_600_000 })],
  ["a change is dated back", "is dated -172800 s off", (it) => withEvent(it, 5, { atMs: T0 + 20_960 - 172_800_000 })],
  [
    "a log has no end although there was room",
    "has neither an end nor",
    (it) => ({ ...it, troubles: it.troubles.filter(({ kind }) => kind !== "disk of logs full") }),
  ],
  [
    "what a grandchild of an attempt does goes on",
    "went on for 40 s",
    (it) => withEntries(it, entry("alive", "good", 61_000, { supervisor: 6 })),
  ],
  ["nothing was done", "is the least", (it) => ({ ...it, leastRuns: 10 })],
];

describe("the comparison after chaos", () => {
  it("finds nothing in a sound account, and counts it", () => {
    const { violations, counts } = examine(sound());
    expect(violations).toEqual([]);
    expect(counts).toMatchObject({
      ...{ "attempts started": 2, "attempts finished": 1, "attempts taken for lost": 1 },
      ...{ lost: 0, doubled: 0, "invariant rows": 0 },
    });
  });

  it.each(BROKEN)("sees that %s", (_what, said, change) => {
    const { violations } = examine(change(sound()));
    expect(violations).toContainEqual(expect.stringContaining(said));
  });

  it("takes the late part of what a frozen supervisor left running for no violation", () => {
    const late = withEntries(withAttempt(sound(), "lost", { endedMs: T0 + 18_000 }), entry("end", "lost", 25_000));
    expect(examine(late).violations.length).toBeGreaterThan(0);
    const frozen = { kind: "freeze worker", fromMs: T0 + 2_000, toMs: T0 + 24_000, pid: 5 };
    const troubles = [...late.troubles, frozen];
    expect(examine({ ...late, troubles }).violations).toEqual([]);
  });

  it("expects nothing of a run that a person interfered with but its end", () => {
    const failed = withStored(sound(), { runs: [run(RUN, "failed"), ...sound().stored.runs.slice(1)] });
    expect(examine({ ...failed, raced: new Set(["chain/chaos_1"]) }).violations).toEqual([]);
  });
});
