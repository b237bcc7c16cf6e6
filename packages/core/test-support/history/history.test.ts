import { instant } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { testDag, testTask } from "../dag.ts";
import { catchUpGaps } from "./catch-up-gaps.ts";
import type { Fault } from "./fault.ts";
import { ranAtOnce, ranPastItsEnd, startedTwice, type LedgerEntry } from "./ledger.ts";
import { logWithoutEnd } from "./log-ends.ts";
import { answeredDifferently, lostAcknowledged } from "./requests.ts";
import { startedTooEarly, type TaskEvent } from "./started-too-early.ts";
import { stoodStill } from "./stood-still.ts";

const DAG = testDag("d", [testTask("a"), testTask("b", { upstreamTaskIds: ["a"] })]);
let ids = 0;
const event = (taskId: string, to: TaskEvent["to"], reason = ""): TaskEvent => ({
  ...{ id: ++ids, dagRunId: 1, mapIndex: -1 },
  ...{ taskId, to, reason },
});
const interval = (start: string, end: string) => ({
  ...{ runId: start, dagVersionId: 1 },
  start: instant(`2026-01-${start}T00:00:00Z`),
  end: instant(`2026-01-${end}T00:00:00Z`),
});
const entry = (what: LedgerEntry["what"], attemptId: string, at: number): LedgerEntry => ({ what, attemptId, at });
const LOG = ["start", undefined, "end"].map((marker) => JSON.stringify({ marker })).join("\n");

/** What is found in a sound history, and in one with one fault. */
const CHECKS: readonly (readonly [name: string, sound: readonly Fault[], broken: readonly Fault[]])[] = [
  [
    "h08_started_too_early",
    startedTooEarly(DAG, [event("a", "success"), event("b", "scheduled", "dependencies_met")]),
    startedTooEarly(DAG, [event("a", "running"), event("b", "scheduled", "dependencies_met"), event("a", "success")]),
  ],
  [
    "h11_catch_up_gap",
    catchUpGaps([interval("01", "02"), interval("02", "03"), interval("03", "04")]),
    catchUpGaps([interval("01", "02"), interval("03", "04")]),
  ],
  [
    "h01_started_twice",
    startedTwice([entry("start", "x", 1), entry("end", "x", 2), entry("start", "y", 3)]),
    startedTwice([entry("start", "x", 1), entry("start", "x", 3)]),
  ],
  [
    "h02_ran_at_once",
    ranAtOnce([entry("start", "x", 1), entry("end", "x", 2), entry("start", "y", 3), entry("end", "y", 4)], () => "t"),
    ranAtOnce([entry("start", "x", 1), entry("end", "x", 4), entry("start", "y", 3), entry("end", "y", 9)], () => "t"),
  ],
  [
    "h14_ran_past_its_end",
    ranPastItsEnd([entry("alive", "x", 9), entry("alive", "y", 99)], [{ attemptId: "x", endedAt: 5 }], 5),
    ranPastItsEnd([entry("alive", "x", 11)], [{ attemptId: "x", endedAt: 5 }], 5),
  ],
  ["h16_lost", lostAcknowledged(["r1"], ["r0", "r1"]), lostAcknowledged(["r1", "r2"], ["r0", "r1"])],
  [
    "h17_answered_differently",
    answeredDifferently([
      { key: "k", answer: { id: 1 } },
      { key: "k", answer: undefined },
      { key: "k", answer: { id: 1 } },
      { key: "l", answer: { id: 2 } },
    ]),
    answeredDifferently([
      { key: "k", answer: { id: 1 } },
      { key: "k", answer: { id: 2 } },
    ]),
  ],
  [
    "h18_stood_still",
    stoodStill(
      [
        { dagId: "poison", runId: "r", seconds: 99 },
        { dagId: "d", runId: "r", seconds: 1 },
      ],
      10,
      ["poison"],
    ),
    stoodStill([{ dagId: "d", runId: "r", seconds: 11 }], 10, ["poison"]),
  ],
  ["h20_log_without_end", logWithoutEnd("x", LOG), logWithoutEnd("x", LOG.split("\n").slice(0, 2).join("\n"))],
];

describe("the readings of the history", () => {
  it.each(CHECKS)("%s reports its fault, and nothing in a sound history", (name, sound, broken) => {
    expect(sound).toEqual([]);
    expect(broken.map(({ invariant }) => invariant)).toEqual([name]);
  });

  it("take a marker of a lost attempt for an end, and a log that is not there for none", () => {
    expect(logWithoutEnd("x", `{"marker":"start"}\n{"eve\n{"marker":"lost"}`)).toEqual([]);
    expect(logWithoutEnd("x", undefined)).toHaveLength(1);
  });

  it.each([
    ["all_done", "failed", true],
    ["one_failed", "failed", true],
    ["none_failed", "failed", false],
    ["all_success", "skipped", false],
    ["none_failed", "skipped", true],
    ["always", "running", true],
    ["one_success", "running", false],
  ] as const)("know what %s wants of what is %s", (triggerRule, state, isSound) => {
    const dag = testDag("d", [testTask("a"), testTask("b", { upstreamTaskIds: ["a"], triggerRule })]);
    const faults = startedTooEarly(dag, [event("a", state), event("b", "scheduled", "dependencies_met")]);
    expect(faults.length === 0).toBe(isSound);
  });
});
