import { addSeconds, type AttemptOutcome, type Instant } from "@windlass/contract";
import { advance, type AdvanceOptions, type NewInstance } from "../advance.ts";
import { apply } from "../apply.ts";
import { applyOutcome, attemptStarted, type Report } from "../reports.ts";
import type { RunSnapshot, TaskInstanceSnapshot } from "../snapshot.ts";
import type { Transition } from "../transition.ts";
import { START } from "./make-run.ts";

/** A moment so many seconds after the tests' start. */
export function after(seconds: number): Instant {
  return addSeconds(START, seconds);
}

/** A failure that may be tried again. */
export const FAILED: AttemptOutcome = {
  state: "failed",
  error: { kind: "error", name: "Error", message: "asked to", stack: null },
  mayRetry: true,
};

export const SUCCESS: AttemptOutcome = { state: "success" };

/** Keys of new task instances, as many as are asked for, none twice. */
export function takeIds(): (count: number) => readonly NewInstance[] {
  let last = 1_000;
  return (count) =>
    Array.from({ length: count }, () => {
      last += 1;
      return { id: last, attemptId: `attempt-${last}-1` };
    });
}

/** Advances a run and applies what follows. */
export function advanced(run: RunSnapshot, now: Instant = START, options: AdvanceOptions = {}): RunSnapshot {
  return apply(run, advance(run, now, options).transitions, now);
}

/** What the engine does with a task instance that found a slot. */
export function queueTransition(instance: TaskInstanceSnapshot): Transition {
  const { id, taskId, mapIndex, tryNumber } = instance;
  return {
    kind: "task_instance",
    id,
    taskId,
    mapIndex,
    from: "scheduled",
    to: "queued",
    reason: "slots_free",
    tryNumber,
    attemptId: `${instance.attemptId}+`,
  };
}

/** Applies a report. */
export function reported(run: RunSnapshot, report: Report, now: Instant = START): RunSnapshot {
  return apply(run, report.transitions, now);
}

/** Task `name`, or one of its mapped instances as `statesOf` writes it: `name[2]`. */
function find(run: RunSnapshot, taskId: string): TaskInstanceSnapshot {
  const [, name = taskId, mapIndex] = /^(.*)\[(\d+)\]$/.exec(taskId) ?? [];
  const found = run.taskInstances.find(
    (instance) => instance.taskId === name && (mapIndex === undefined || instance.mapIndex === Number(mapIndex)),
  );
  if (!found) throw new TypeError(`the run has no task ${taskId}`);
  return found;
}

/** Queues and starts a scheduled task. */
export function started(run: RunSnapshot, taskId: string, now: Instant = START): RunSnapshot {
  const queued = apply(run, [queueTransition(find(run, taskId))], now);
  return reported(queued, attemptStarted(queued, find(queued, taskId).attemptId), now);
}

/** Queues, starts and ends a scheduled task. */
export function ended(run: RunSnapshot, taskId: string, outcome: AttemptOutcome, now: Instant = START): RunSnapshot {
  const running = started(run, taskId, now);
  return reported(running, applyOutcome(running, find(running, taskId).attemptId, outcome, now, 0), now);
}
