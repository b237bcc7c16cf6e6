import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AttemptOutcome, SerializedTask } from "@windlass/contract";
import { advance } from "../advance.ts";
import { apply } from "../apply.ts";
import { clearTaskInstances } from "../clear.ts";
import { markRun, markTaskInstances } from "../mark.ts";
import { applyOutcome, attemptLost } from "../reports.ts";
import type { RunSnapshot } from "../snapshot.ts";
import { after, FAILED, queueTransition, started, SUCCESS } from "../test-support/drive.ts";
import { makeRun, makeTask, retries, START } from "../test-support/make-run.ts";
import type { Transition } from "../transition.ts";
import { noticesOf } from "./notices-of.ts";

const EVERY = { callbacks: { success: 1, failure: 1, retry: 1, skipped: 1 } } satisfies Partial<SerializedTask>;
const DAG = { callbacks: { success: 1, failure: 1 } };

function noticed(before: RunSnapshot, transitions: readonly Transition[], now = START): readonly string[] {
  const notices = noticesOf({ before, after: apply(before, transitions, now), transitions }, now);
  return (notices?.callbacks ?? []).map(({ subject }) =>
    subject.of === "task"
      ? `${subject.taskId} ${subject.kind}`
      : `${subject.of} ${subject.kind} ${"reason" in subject ? subject.reason : ""}`,
  );
}

/** What follows from the end of `a`'s attempt, with all that is decided in the same commit. */
function ending(run: RunSnapshot, outcome: AttemptOutcome): readonly string[] {
  const running = started(run, "a");
  const [{ attemptId } = { attemptId: "" }] = running.taskInstances;
  const { transitions } = applyOutcome(running, attemptId, outcome, START, 0);
  const next = advance(apply(running, transitions, START), START).transitions;
  return noticed(running, [...transitions, ...next]);
}

/** In the first try. */
const tried = (run: RunSnapshot): RunSnapshot => ({
  ...run,
  taskInstances: run.taskInstances.map((each) => ({ ...each, tryNumber: each.state === null ? 0 : 1 })),
});

const scheduled = (change: Partial<SerializedTask> = {}): RunSnapshot =>
  tried(
    makeRun([makeTask("a", [], { ...EVERY, ...change }), makeTask("b", ["a"], EVERY)], { a: "scheduled" }, {}, DAG),
  );

describe("callbacks that follow from transitions", () => {
  it("are those of what the task's own execution has come to", () => {
    expect(ending(scheduled(), SUCCESS)).toEqual(["a success"]);
    expect(ending(scheduled(), { state: "skipped", reason: "" })).toEqual(["a skipped", "dag success success"]);
    expect(ending(scheduled(retries(1)), FAILED)).toEqual(["a retry"]);
    // b is upstream_failed: it never began.
    expect(ending(scheduled(), FAILED)).toEqual(["a failure", "dag failure task_failure"]);
  });

  it("are none of what ended because another task failed", () => {
    const tasks = [makeTask("a", [], EVERY), makeTask("b", [], EVERY)];
    const begun = tried(makeRun(tasks, { a: "scheduled", b: "running" }, {}, { ...DAG, failFast: true }));
    expect(ending(begun, FAILED)).toEqual(["a failure", "dag failure task_failure"]);
  });

  it("are those of a failure where nothing was heard of the process any more", () => {
    const running = started(scheduled(), "a");
    expect(noticed(running, attemptLost(running, running.taskInstances[0]!.attemptId, START, 0).transitions)).toEqual([
      "a failure",
    ]);
  });

  it("tell of the try that ended, also where the next one begins in the same commit", () => {
    const running = started(scheduled(retries(1, { delaySeconds: 0 })), "a");
    const reported = applyOutcome(running, running.taskInstances[0]!.attemptId, FAILED, START, 0).transitions;
    let now = apply(running, reported, START);
    const again = advance(now, START).transitions;
    now = apply(now, again, START);
    const transitions = [...reported, ...again, queueTransition(now.taskInstances[0]!)];
    const notices = noticesOf({ before: running, after: apply(now, transitions.slice(-1), START), transitions }, START);
    expect(notices?.callbacks.map(({ subject, dedupeKey }) => [subject, dedupeKey])).toMatchObject([
      [{ kind: "retry", tryNumber: 1, maxTries: 2, startDate: START, endDate: START }, "tested:ti1:try1:retry:0"],
    ]);
  });

  it("are none where a hand or the end of the run's time moved it", () => {
    const running = started(scheduled(), "a");
    for (const state of ["success", "failed"] as const) {
      expect(noticed(running, markRun(running, state).transitions)).toEqual([]);
      expect(noticed(running, markTaskInstances(running, new Set([1]), ["a"], state).transitions)).toEqual([]);
    }
    expect(noticed(running, clearTaskInstances(running, new Set([1])).transitions)).toEqual([]);
  });

  it("are the Dag's where the run's time is up, and none of its tasks'", () => {
    const run = started(
      makeRun(
        [makeTask("a", [], EVERY)],
        { a: "scheduled" },
        { startDate: START },
        { ...DAG, dagrunTimeoutSeconds: 10 },
      ),
      "a",
    );
    expect(noticed(run, advance(run, after(11)).transitions, after(11))).toEqual(["dag failure timed_out"]);
  });

  it("have a key of their own for each function, try and time that the run ends", () => {
    const end = (version: number): readonly string[] => {
      const run = {
        ...started(makeRun([makeTask("a")], { a: "scheduled" }, {}, { callbacks: { success: 2 } }), "a"),
        version,
      };
      const { transitions } = applyOutcome(run, run.taskInstances[0]!.attemptId, SUCCESS, START, 0);
      const all = [...transitions, ...advance(apply(run, transitions, START), START).transitions];
      return noticesOf({ before: run, after: apply(run, all, START), transitions: all }, START)!.callbacks.map(
        (each) => each.dedupeKey,
      );
    };
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (one, other) => {
        expect(end(one)).toEqual(end(one));
        expect(new Set([...end(one), ...end(other)]).size).toBe(one === other ? 2 : 4);
      }),
    );
  });

  it("end the deadlines of a run that succeeds, whoever says so, and count those of a cleared one anew", () => {
    const deadlines = [
      { name: null, reference: { kind: "queued_at" }, intervalSeconds: 60, callbacks: 0, alerts: [] },
    ] as const;
    const run = started(makeRun([makeTask("a")], { a: "scheduled" }, {}, { deadlines }), "a");
    const follow = (before: RunSnapshot, transitions: readonly Transition[]) => {
      const notices = noticesOf({ before, after: apply(before, transitions, after(5)), transitions }, after(5));
      return [notices?.metDeadlines ?? [], notices?.movedDeadlines ?? []];
    };
    expect(follow(run, markRun(run, "success").transitions)).toEqual([[{ dagRunId: 1, endDate: after(5) }], []]);
    expect(follow(run, markRun(run, "failed").transitions)).toEqual([[], []]);
    const over = apply(run, markRun(run, "failed").transitions, START);
    expect(follow(over, clearTaskInstances(over, new Set([1])).transitions)).toEqual([
      [],
      [{ dagRunId: 1, queuedAt: after(5) }],
    ]);
  });

  it("cost nothing where a Dag declares none", () => {
    const run = started(makeRun([makeTask("a")], { a: "scheduled" }), "a");
    const { transitions } = applyOutcome(run, run.taskInstances[0]!.attemptId, SUCCESS, START, 0);
    expect(noticesOf({ before: run, after: apply(run, transitions, START), transitions }, START)).toBeUndefined();
  });
});
