import { describe, expect, it } from "vitest";
import type { Entry } from "./ledger.ts";
import { type Evidence, examine } from "./oracle.ts";
import type { StoredAttempt } from "./stored.ts";

/* A sound account, and for each check a change of it that this check sees. */

const T0 = 1_800_000_000_000;
const RUN = { dagId: "chain", runId: "chaos_1" } as const;

function entry(what: "start" | "end", attemptId: string, atMs: number, more: Partial<Entry> = {}): Entry {
  const of = { ...RUN, taskId: "a", mapIndex: -1, tryNumber: 1, pid: 10, supervisor: 5 };
  return { what, attemptId, ...of, wallMs: T0 + atMs, ns: BigInt(atMs) * 1_000_000n, ...more };
}

function attempt(attemptId: string, sequence: number, more: Partial<StoredAttempt> = {}): StoredAttempt {
  return {
    ...{ attemptId, sequence, ...RUN, taskId: "a", mapIndex: -1, tryNumber: 1, taskInstanceId: 1 },
    ...{ queuedMs: T0, startedMs: T0, endedMs: T0 + 1_000, outcome: "success", errorKind: null, marked: false },
    ...more,
  };
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
        { ...RUN, state: "success" },
        { dagId: "called", runId: "chaos_2", state: "success" },
      ],
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
    raced: new Set(),
    deleted: new Set(),
    paused: [{ dagId: "chain", fromMs: T0 + 5_000, toMs: T0 + 12_000 }],
    troubles: [{ kind: "freeze worker", fromMs: T0 + 900_000, toMs: T0 + 901_000, pid: 5 }],
    lingerMs: 3_000,
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
const withAttempt = (evidence: Evidence, attemptId: string, change: Partial<StoredAttempt>): Evidence =>
  withStored(evidence, {
    attempts: evidence.stored.attempts.map((each) => (each.attemptId === attemptId ? { ...each, ...change } : each)),
  });

const BROKEN: readonly (readonly [string, string, Change])[] = [
  ["a run that was acknowledged is gone", "is not there", (it) => withStored(it, { runs: it.stored.runs.slice(1) })],
  [
    "a run failed that nobody interfered with",
    "which nobody interfered with, is failed",
    (it) => withStored(it, { runs: [{ ...RUN, state: "failed" }, ...it.stored.runs.slice(1)] }),
  ],
  [
    "a run does not end",
    "did not end: it is running",
    (it) => withStored(it, { runs: [...it.stored.runs, { dagId: "reads", runId: "x", state: "running" }] }),
  ],
  [
    "an attempt starts twice",
    "started twice",
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
    (it) => withAttempt(it, "lost", { endedMs: T0 + 20_500 }),
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
    (it) => withAttempt(it, "good", { queuedMs: T0 + 8_000 }),
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
    const troubles = [{ kind: "freeze worker", fromMs: T0 + 2_000, toMs: T0 + 24_000, pid: 5 }];
    expect(examine({ ...late, troubles }).violations).toEqual([]);
  });

  it("expects nothing of a run that a person interfered with but its end", () => {
    const failed = withStored(sound(), { runs: [{ ...RUN, state: "failed" }, ...sound().stored.runs.slice(1)] });
    expect(examine({ ...failed, raced: new Set(["chain/chaos_1"]) }).violations).toEqual([]);
  });
});
