import {
  isLegalTransition,
  isTerminalRunState,
  isTerminalState,
  RUN_TRANSITIONS,
  TRIGGER_RULES,
  type AttemptOutcome,
  type SerializedTask,
} from "@windlass/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advance } from "./advance.ts";
import { apply } from "./apply.ts";
import { applyOutcome, attemptLost, attemptNeverStarted, attemptStarted, executionTimedOut } from "./reports.ts";
import type { RunSnapshot, TaskInstanceSnapshot } from "./snapshot.ts";
import { after, queueTransition } from "./test-support/drive.ts";
import { makeRun, makeTask, retries } from "./test-support/make-run.ts";
import type { Transition } from "./transition.ts";

/** A random Dag: each task stands behind some of those before it. */
const anyTasks: fc.Arbitrary<SerializedTask[]> = fc
  .array(
    fc.record({
      upstream: fc.array(fc.nat(), { maxLength: 4 }),
      triggerRule: fc.constantFrom(...TRIGGER_RULES),
      attempts: fc.nat(2),
      runtime: fc.constantFrom("none" as const, "typescript" as const, "typescript" as const),
      isSetup: fc.boolean(),
      isTeardown: fc.boolean(),
    }),
    { maxLength: 14 },
  )
  .map((specs) =>
    specs.map(({ upstream, attempts, ...change }, index) =>
      makeTask(`t${index}`, index === 0 ? [] : [...new Set(upstream.map((at) => `t${at % index}`))], {
        ...retries(attempts),
        ...change,
      }),
    ),
  );

/** What happens next to a task instance that a slot or a runner has, drawn anew at each step. */
type Event = "success" | "failed" | "failed for good" | "skipped" | "lost" | "timed out" | "never started" | "waits";
const EVENTS: readonly Event[] = [
  "success",
  "success",
  "failed",
  "failed for good",
  "skipped",
  "lost",
  "timed out",
  "never started",
  "waits",
];

function outcomeOf(event: Event): AttemptOutcome {
  if (event === "success") return { state: "success" };
  if (event === "skipped") return { state: "skipped", reason: "asked to" };
  const error = { kind: "error", name: "Error", message: "asked to", stack: null } as const;
  return { state: "failed", error, mayRetry: event !== "failed for good" };
}

function checkTransitions(transitions: readonly Transition[]): void {
  for (const transition of transitions) {
    if (transition.kind === "run") expect(RUN_TRANSITIONS[transition.from]).toContain(transition.to);
    else if (transition.kind === "task_instance") expect(isLegalTransition(transition.from, transition.to)).toBe(true);
  }
}

/** What must hold of every snapshot that follows from another. */
function checkSnapshot(before: RunSnapshot, now: RunSnapshot): void {
  expect(isTerminalRunState(now.state)).toBe(now.taskInstances.every(({ state }) => isTerminalState(state)));
  now.taskInstances.forEach((instance, index) => {
    expect(instance.tryNumber).toBeGreaterThanOrEqual(before.taskInstances[index]?.tryNumber ?? 0);
    expect(instance.tryNumber).toBeLessThanOrEqual(instance.maxTries + 1);
  });
}

/** A copy that shares nothing with a snapshot whose indexes have been handed on: what a scheduler that reloads it sees. */
function reloaded(run: RunSnapshot): RunSnapshot {
  return { ...run, taskInstances: run.taskInstances.map((instance) => ({ ...instance })) };
}

function happens(
  run: RunSnapshot,
  instance: TaskInstanceSnapshot,
  event: Event,
  seconds: number,
): readonly Transition[] {
  const { state, attemptId } = instance;
  if (state === "scheduled") return [queueTransition(instance)];
  const now = after(seconds);
  if (state === "queued") {
    return (event === "never started" ? attemptNeverStarted(run, attemptId) : attemptStarted(run, attemptId))
      .transitions;
  }
  if (event === "lost") return attemptLost(run, attemptId, now, 0.5).transitions;
  if (event === "timed out") return executionTimedOut(run, attemptId, now, 0.5).transitions;
  return applyOutcome(run, attemptId, outcomeOf(event), now, 0.5).transitions;
}

/** Runs a Dag to its end under random events, checking every step. @returns the last snapshot and how many steps it took */
function simulate(tasks: readonly SerializedTask[], nextEvent: () => Event): { run: RunSnapshot; steps: number } {
  let seconds = 0;
  let run = makeRun(tasks, {}, { state: "queued", startDate: null });
  let changed: Set<string> | undefined;
  let steps = 0;
  for (; !isTerminalRunState(run.state) && steps < 2_000; steps++) {
    const before = run;
    const now = after(seconds);
    const full = advance(reloaded(run), now, { runStarts: true });
    const made = advance(run, now, { runStarts: true, ...(changed && { changedTaskIds: changed }) });
    expect(made).toEqual(full);
    checkTransitions(made.transitions);
    run = apply(run, made.transitions, now);
    checkSnapshot(before, run);
    expect(advance(run, now, { runStarts: true }).transitions).toEqual([]);

    changed = new Set();
    for (const { id } of run.taskInstances) {
      const instance = run.taskInstances.find((candidate) => candidate.id === id);
      if (!instance || !["scheduled", "queued", "running"].includes(instance.state ?? "")) continue;
      const event = nextEvent();
      if (event === "waits") continue;
      const transitions = happens(run, instance, event, seconds);
      checkTransitions(transitions);
      run = apply(run, transitions, now);
      changed.add(instance.taskId);
    }
    seconds += 20;
  }
  return { run, steps };
}

describe("random Dags with random outcomes", () => {
  it("come to an end by legal steps, the same whether all tasks or only the changed ones are examined", () => {
    fc.assert(
      fc.property(anyTasks, fc.infiniteStream(fc.constantFrom(...EVENTS)), (tasks, events) => {
        const { run } = simulate(tasks, () => events.next().value);
        expect(isTerminalRunState(run.state)).toBe(true);
        const failed = run.graph.deciding.some((taskId) =>
          run.taskInstances.some(
            (instance) => instance.taskId === taskId && ["failed", "upstream_failed"].includes(instance.state ?? ""),
          ),
        );
        expect(run.state).toBe(failed ? "failed" : "success");
      }),
      { numRuns: 300 },
    );
  });

  it("leave the snapshot they are decided on as it was", () => {
    fc.assert(
      fc.property(anyTasks, (tasks) => {
        const run = makeRun(tasks);
        const before = structuredClone(run.taskInstances);
        const first = advance(run, after(0));
        apply(run, first.transitions, after(0));
        expect(run.taskInstances).toEqual(before);
        expect(advance(run, after(0))).toEqual(first);
      }),
    );
  });
});
