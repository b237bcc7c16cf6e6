import { invariant, isTerminalRunState, isTerminalState, type Instant } from "@windlass/contract";
import { handOnIndex, indexOf } from "./run-index.ts";
import type { RunSnapshot, TaskInstanceSnapshot } from "./snapshot.ts";
import type { RunTransition, TaskInstanceTransition, Transition } from "./transition.ts";

function applyToRun(run: RunSnapshot, { from, to }: RunTransition, at: Instant): RunSnapshot {
  invariant(run.state === from, `run ${run.runId} is ${run.state}, not ${from}`);
  if (to === "queued") return { ...run, state: to, queuedAt: at, startDate: null, endDate: null };
  if (isTerminalRunState(to)) return { ...run, state: to, endDate: at };
  return { ...run, state: to, startDate: run.state === "queued" ? at : (run.startDate ?? at), endDate: null };
}

/** Dates that belong to the state a task instance enters, as Airflow keeps them. */
function datesIn(
  before: TaskInstanceSnapshot,
  { from, to }: TaskInstanceTransition,
  at: Instant,
): Partial<TaskInstanceSnapshot> {
  if (isTerminalState(to)) {
    // Also what never started has both dates, the same.
    return { startDate: isTerminalState(from) ? before.startDate : (before.startDate ?? at), endDate: at };
  }
  switch (to) {
    case null:
      return { scheduledAt: null, queuedAt: null, startDate: null, endDate: null };
    case "scheduled":
      return {
        scheduledAt: from === "queued" ? before.scheduledAt : at,
        queuedAt: null,
        startDate: null,
        endDate: null,
      };
    case "queued":
      return { queuedAt: at };
    case "running":
      return { startDate: before.startDate ?? at, endDate: null };
    default:
      return to === "up_for_retry" ? { endDate: at } : {};
  }
}

function applyToInstance(
  before: TaskInstanceSnapshot,
  transition: TaskInstanceTransition,
  at: Instant,
): TaskInstanceSnapshot {
  invariant(
    before.state === transition.from,
    `task instance ${before.taskId} [${before.mapIndex}] is ${before.state}, not ${transition.from}`,
  );
  return {
    ...before,
    ...datesIn(before, transition, at),
    state: transition.to,
    tryNumber: transition.tryNumber,
    maxTries: transition.maxTries ?? before.maxTries,
    attemptId: transition.attemptId ?? before.attemptId,
    notBefore: transition.notBefore ?? null,
  };
}

/**
 * The snapshot after transitions, in their order. The store's `version` is left alone: whoever commits sets it.
 * @param at the moment the transitions are recorded with
 * @throws InvariantError where a transition does not start from the state that the snapshot has: it was decided on another one
 */
export function apply(snapshot: RunSnapshot, transitions: readonly Transition[], at: Instant): RunSnapshot {
  let run = snapshot;
  const { graph, taskInstances: before } = snapshot;
  let after: TaskInstanceSnapshot[] | undefined;
  const changed = new Set<number>();
  for (const transition of transitions) {
    if (transition.kind === "run") {
      run = applyToRun(run, transition, at);
      continue;
    }
    const index = indexOf(graph, before).byId.get(transition.id);
    const instance = index === undefined ? undefined : (after ?? before)[index];
    invariant(index !== undefined && instance, `run ${snapshot.runId} has no task instance ${transition.id}`);
    after ??= [...before];
    after[index] = applyToInstance(instance, transition, at);
    changed.add(index);
  }
  if (!after) return run;
  handOnIndex(graph, before, after, [...changed]);
  return { ...run, taskInstances: after };
}
