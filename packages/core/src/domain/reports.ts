import {
  addSeconds,
  assertNever,
  invariant,
  type AttemptCarry,
  type AttemptError,
  type AttemptOutcome,
  type Instant,
  type TaskInstanceState,
  type TriggerEvent,
} from "@windlass/contract";
import { DecisionPass } from "./decision-pass.ts";
import { failFast } from "./fail-fast.ts";
import { nextTryAt, type Failure } from "./retries.ts";
import { indexOf } from "./run-index.ts";
import { skipInPass } from "./skipping/skip-in-pass.ts";
import { skippedTasks } from "./skipping/skipped-tasks.ts";
import type { RunSnapshot, TaskInstanceSnapshot } from "./snapshot.ts";
import type { Advance, TransitionReason } from "./transition.ts";
import { goOnAfterWait, waitEndsAt } from "./wait-over.ts";

/** What a report about an attempt changes. `advance` (with the task among the changed ones) says what follows from it. */
export interface Report extends Advance {
  /** false: the attempt is no longer its task instance's current one, or not in a state to be reported on; nothing changes. */
  readonly accepted: boolean;
}

const LATE: Report = { accepted: false, transitions: [], nextCheckAt: null };

/** The report that `decide` makes of the attempt's task instance, if the attempt is current and in one of these states. */
function report(
  snapshot: RunSnapshot,
  attemptId: string,
  states: readonly TaskInstanceState[],
  decide: (pass: DecisionPass, index: number) => void,
): Report {
  const index = indexOf(snapshot.graph, snapshot.taskInstances).byAttempt.get(attemptId);
  if (index === undefined) return LATE;
  const pass = new DecisionPass(snapshot);
  const state = pass.stateOf(index);
  if (state === null || !states.includes(state)) return LATE;
  decide(pass, index);
  const [notBefore = null] = pass.transitions.flatMap(
    (made) => (made.kind === "task_instance" && made.notBefore) || [],
  );
  return { accepted: true, transitions: pass.transitions, nextCheckAt: notBefore };
}

function fail(
  pass: DecisionPass,
  index: number,
  failure: Failure,
  reason: TransitionReason,
  now: Instant,
  random: number,
): void {
  const instance = pass.instance(index);
  const task = pass.snapshot.graph.tasks.get(instance.taskId);
  invariant(task, `run ${pass.snapshot.runId} has a task instance of ${instance.taskId}, which its Dag does not have`);
  const notBefore = nextTryAt(instance, task.retry, failure, now, random);
  if (notBefore !== null) return pass.move(index, "up_for_retry", reason, { error: failure.error, notBefore });
  pass.move(index, "failed", reason, { error: failure.error });
  failFast(pass, index);
}

/** The attempt began to execute: queued becomes running. */
export function attemptStarted(snapshot: RunSnapshot, attemptId: string): Report {
  return report(snapshot, attemptId, ["queued"], (pass, index) => pass.move(index, "running", "attempt_started"));
}

/** Elements of a result, for what is mapped over it; each instance of a mapped task counts as one, if it has a value. */
function resultLengthOf(
  pass: DecisionPass,
  taskId: string,
  { returnValue: value, returnElsewhere: elsewhere }: Extract<AttemptOutcome, { readonly state: "success" }>,
): number | null | undefined {
  const { mappedOver, expansions } = pass.snapshot.graph;
  if (!mappedOver.has(taskId)) return undefined;
  if (elsewhere !== undefined) return expansions.has(taskId) ? 1 : elsewhere.length;
  if (expansions.has(taskId)) return value === undefined || value === null ? 0 : 1;
  if (Array.isArray(value)) return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : null;
}

function named({ renderedMapIndex }: AttemptOutcome): { readonly renderedMapIndex?: string } {
  return renderedMapIndex === undefined ? {} : { renderedMapIndex };
}

function succeed(
  pass: DecisionPass,
  index: number,
  outcome: Extract<AttemptOutcome, { readonly state: "success" }>,
  now: Instant,
  random: number,
): void {
  const { taskId } = pass.instance(index);
  const resultLength = resultLengthOf(pass, taskId, outcome);
  const details = { ...named(outcome), ...(resultLength !== undefined && { resultLength }) };
  if (outcome.skip === undefined) return pass.move(index, "success", "attempt_succeeded", details);
  const skipped = skippedTasks(pass.snapshot.graph, taskId, outcome.skip);
  if (skipped.kind === "unknown") {
    const names = skipped.names.map((name) => `"${name}"`).join(", ");
    const message = `The branch named ${names}, which is no task or task group of the Dag.`;
    const error: AttemptError = { kind: "error", name: "UnknownBranch", message, stack: null };
    return fail(pass, index, { state: "failed", error, mayRetry: true }, "attempt_failed", now, random);
  }
  pass.move(index, "success", "attempt_succeeded", { ...details, skips: skipped.taskIds });
  skipInPass(pass, index, skipped.taskIds);
}

/** What the attempt of now hands on to the next of the same try. */
function carryOf({ carry, startDate }: TaskInstanceSnapshot, now: Instant, polls: number): AttemptCarry {
  return { since: carry?.since ?? startDate ?? now, polls: (carry?.polls ?? 0) + polls, events: carry?.events ?? [] };
}

/** A wait follows a start, also where nothing was heard of the start. */
function startIfQueued(pass: DecisionPass, index: number): void {
  if (pass.stateOf(index) === "queued") pass.move(index, "running", "attempt_started");
}

function wait(
  pass: DecisionPass,
  index: number,
  outcome: Extract<AttemptOutcome, { readonly state: "deferred" | "rescheduled" }>,
  now: Instant,
): void {
  const instance = pass.instance(index);
  startIfQueued(pass, index);
  if (outcome.state === "rescheduled") {
    pass.move(index, "up_for_reschedule", "attempt_rescheduled", {
      carry: carryOf(instance, now, 1),
      notBefore: addSeconds(now, outcome.afterSeconds),
      ...named(outcome),
    });
    return;
  }
  const { trigger, timeoutSeconds } = outcome;
  const endsAt = waitEndsAt(trigger, timeoutSeconds === null ? null : addSeconds(now, timeoutSeconds));
  const [state, reason] =
    trigger.kind === "human"
      ? (["awaiting_input", "human_asked"] as const)
      : (["deferred", "attempt_deferred"] as const);
  pass.move(index, state, reason, {
    carry: carryOf(instance, now, 0),
    trigger: trigger.kind === "human" ? { ...trigger, askedAt: now } : trigger,
    ...(endsAt !== null && { notBefore: endsAt }),
    ...named(outcome),
  });
}

/**
 * The attempt ended. A failed one is tried again while there are retries, by `retries.ts`; one that waits goes on later in the same try. The
 * report of an attempt whose start was never heard of counts as well. A task instance that was cleared while it ran (`restarting`) begins anew
 * however its attempt ended.
 * @param random evenly spread over [0, 1): spreads exponential delays
 */
export function applyOutcome(
  snapshot: RunSnapshot,
  attemptId: string,
  outcome: AttemptOutcome,
  now: Instant,
  random: number,
): Report {
  return report(snapshot, attemptId, ["queued", "running", "restarting"], (pass, index) => {
    if (pass.stateOf(index) === "restarting") return pass.move(index, null, "cleared");
    switch (outcome.state) {
      case "success":
        return succeed(pass, index, outcome, now, random);
      case "skipped":
        return pass.move(index, "skipped", "attempt_skipped", named(outcome));
      case "failed":
        return fail(pass, index, outcome, "attempt_failed", now, random);
      case "deferred":
      case "rescheduled":
        return wait(pass, index, outcome, now);
      default:
        return assertNever(outcome);
    }
  });
}

/** What a task instance waited for has happened: it goes on in the same try. One that waits no longer, or for something else by now, is left alone. */
export function triggerFired(snapshot: RunSnapshot, attemptId: string, event: TriggerEvent, now: Instant): Report {
  return report(snapshot, attemptId, ["deferred", "awaiting_input"], (pass, index) => {
    const reason = pass.stateOf(index) === "awaiting_input" ? "human_answered" : "trigger_fired";
    goOnAfterWait(pass, index, event, reason, now);
  });
}

function lostError(message: string): AttemptError {
  return { kind: "lost", name: "AttemptLost", message, stack: null };
}

/** The attempt's lease expired: it was started and nothing is heard of it any more. That consumes a try, as on Airflow. */
export function attemptLost(snapshot: RunSnapshot, attemptId: string, now: Instant, random: number): Report {
  return report(snapshot, attemptId, ["running", "restarting"], (pass, index) => {
    if (pass.stateOf(index) === "restarting") return pass.move(index, null, "cleared");
    const error = lostError("The attempt stopped reporting: its process, its machine or the connection to it is gone.");
    fail(pass, index, { state: "failed", error, mayRetry: true }, "lease_expired", now, random);
  });
}

/** Its server was stopped in order while the attempt ran: it is dispatched anew under another attempt, in the same try, as often as that happens. */
export function attemptInterrupted(snapshot: RunSnapshot, attemptId: string): Report {
  return report(snapshot, attemptId, ["queued", "running", "restarting"], (pass, index) => {
    if (pass.stateOf(index) === "restarting") pass.move(index, null, "cleared");
    else pass.move(index, "scheduled", "attempt_interrupted");
  });
}

/** The attempt was queued and nobody started it: it is dispatched anew under another attempt, in the same try. */
export function attemptNeverStarted(snapshot: RunSnapshot, attemptId: string): Report {
  return report(snapshot, attemptId, ["queued"], (pass, index) =>
    pass.move(index, "scheduled", "attempt_never_started"),
  );
}

/** The attempt ran longer than its task's `executionTimeoutSeconds`; whoever ran it has stopped it. It may be tried again. */
export function executionTimedOut(snapshot: RunSnapshot, attemptId: string, now: Instant, random: number): Report {
  return report(snapshot, attemptId, ["running", "restarting"], (pass, index) => {
    if (pass.stateOf(index) === "restarting") return pass.move(index, null, "cleared");
    const seconds = pass.snapshot.graph.tasks.get(pass.instance(index).taskId)?.executionTimeoutSeconds;
    const message = `The attempt ran longer than the task's execution timeout of ${seconds} s.`;
    const error: AttemptError = { kind: "timeout", name: "ExecutionTimeout", message, stack: null };
    fail(pass, index, { state: "failed", error, mayRetry: true }, "execution_timed_out", now, random);
  });
}
