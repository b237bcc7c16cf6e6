import {
  invariant,
  isTerminalRunState,
  isTerminalState,
  type Instant,
  type TaskInstanceState,
} from "@windlass/contract";
import { handOnIndex, indexOf } from "./run-index.ts";
import type { DagGraph, RunSnapshot, TaskInstanceSnapshot } from "./snapshot.ts";
import type { ExpandTransition, RunTransition, TaskInstanceTransition, Transition } from "./transition.ts";

function applyToRun(run: RunSnapshot, { from, to }: RunTransition, at: Instant): RunSnapshot {
  invariant(run.state === from, `run ${run.runId} is ${run.state}, not ${from}`);
  if (to === "queued") return { ...run, state: to, queuedAt: at, startDate: null, endDate: null };
  if (isTerminalRunState(to)) return { ...run, state: to, endDate: at };
  return { ...run, state: to, startDate: run.state === "queued" ? at : (run.startDate ?? at), endDate: null };
}

/** States in which a try goes on without a worker. */
const WAITED: readonly (TaskInstanceState | null)[] = ["deferred", "awaiting_input", "up_for_reschedule"];

/** Dates that belong to the state a task instance enters, as Airflow keeps them. */
function datesIn(
  before: TaskInstanceSnapshot,
  { from, to, reason }: TaskInstanceTransition,
  at: Instant,
): Partial<TaskInstanceSnapshot> {
  // As on Airflow what was mapped over nothing never was at all.
  if (reason === "mapped_over_nothing") return { startDate: null, endDate: null };
  if (isTerminalState(to)) {
    // Also what never started has both dates, the same; those that a clear left are of another try.
    if (from === null) return { startDate: at, endDate: at };
    return { startDate: isTerminalState(from) ? before.startDate : (before.startDate ?? at), endDate: at };
  }
  switch (to) {
    case null:
      // As on Airflow the dates of the last try stay to be seen until the next.
      return {};
    case "scheduled":
      return {
        scheduledAt: from === "queued" ? before.scheduledAt : at,
        queuedAt: null,
        // A wait does not end the try, so its start stays.
        startDate: WAITED.includes(from) ? before.startDate : null,
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
    ...waitOf(before, transition),
    ...resultOf(before, transition),
  };
}

/** What is handed on within a try and what is waited for; both end with the try. */
function waitOf(
  before: TaskInstanceSnapshot,
  { to, carry, trigger }: TaskInstanceTransition,
): Partial<TaskInstanceSnapshot> {
  const isOver = to === null || isTerminalState(to) || to === "up_for_retry";
  const next = carry === undefined ? (before.carry ?? null) : carry;
  const had = (before.carry ?? before.trigger ?? null) !== null;
  if (!had && next === null && trigger === undefined) return {};
  const waits = to === "deferred" || to === "awaiting_input";
  return { carry: isOver ? null : next, trigger: waits ? (trigger ?? null) : null };
}

/** What a success leaves for decisions about others; a new try begins without. */
function resultOf(
  before: TaskInstanceSnapshot,
  { to, skips, resultLength }: TaskInstanceTransition,
): Partial<TaskInstanceSnapshot> {
  const had = (before.skips ?? before.resultLength ?? null) !== null;
  if (!had && skips === undefined && resultLength === undefined) return {};
  if (to !== "success") return { skips: null, resultLength: null };
  return { skips: skips ?? before.skips ?? null, resultLength: resultLength ?? before.resultLength ?? null };
}

/** The task instances with those that a mapping gives, in the order of the graph and of their map indexes. */
function applyExpansion(
  graph: DagGraph,
  before: readonly TaskInstanceSnapshot[],
  { taskId, placeholderId, made }: ExpandTransition,
): TaskInstanceSnapshot[] {
  const maxTries = graph.tasks.get(taskId)?.retry.attempts ?? 0;
  const fresh = made.map(({ id, attemptId, mapIndex }): TaskInstanceSnapshot => ({
    id,
    attemptId,
    taskId,
    mapIndex,
    state: null,
    tryNumber: 0,
    maxTries,
    startDate: null,
    endDate: null,
    scheduledAt: null,
    queuedAt: null,
    notBefore: null,
  }));
  const own = before
    .filter((instance) => instance.taskId === taskId)
    .map((instance) => (instance.id === placeholderId ? { ...instance, mapIndex: 0 } : instance));
  const all = [...own, ...fresh].sort((a, b) => a.mapIndex - b.mapIndex);
  const at = before.findIndex((instance) => instance.taskId === taskId);
  const others = before.filter((instance) => instance.taskId !== taskId);
  return [...others.slice(0, at), ...all, ...others.slice(at)];
}

/**
 * The snapshot after transitions, in their order. The store's `version` is left alone: whoever commits sets it.
 * @param at the moment the transitions are recorded with
 * @throws InvariantError where a transition does not start from the state that the snapshot has: it was decided on another one
 */
export function apply(snapshot: RunSnapshot, transitions: readonly Transition[], at: Instant): RunSnapshot {
  let run = snapshot;
  let moves: Exclude<Transition, ExpandTransition>[] = [];
  for (const transition of transitions) {
    if (transition.kind !== "expand") {
      moves.push(transition);
      continue;
    }
    run = applyMoves(run, moves, at);
    moves = [];
    run = { ...run, taskInstances: applyExpansion(run.graph, run.taskInstances, transition) };
  }
  return moves.length === 0 ? run : applyMoves(run, moves, at);
}

function applyMoves(
  snapshot: RunSnapshot,
  transitions: readonly Exclude<Transition, ExpandTransition>[],
  at: Instant,
): RunSnapshot {
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
