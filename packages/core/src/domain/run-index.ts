import type { TaskInstanceState } from "@windlass/contract";
import type { DagGraph, TaskInstanceSnapshot } from "./snapshot.ts";
import { countUpstream, noUpstream, type UpstreamCounts } from "./trigger-rules/upstream-counts.ts";

/**
 * What decisions look up about a run's task instances, so that one more finished task costs the same in a Dag of ten tasks as in one of ten
 * thousand. It is derived from the snapshot alone. Positions of tasks are those in `graph.order`, indexes those in `taskInstances`.
 */
export interface RunIndex {
  /** Indexes of each task's instances, by the task's position. */
  readonly instances: readonly (readonly number[])[];
  /** How far the upstream of each task is, by the task's position. */
  readonly upstream: UpstreamCounts[];
  /** How many task instances are in each state. */
  readonly tally: Map<TaskInstanceState | null, number>;
  /** Indexes of the task instances that wait for a moment of their own. */
  readonly timed: Set<number>;
  readonly byId: ReadonlyMap<number, number>;
  readonly byAttempt: Map<string, number>;
}

type TaskInstances = readonly TaskInstanceSnapshot[];

/** Indexes of snapshots, found by their list of task instances: a list that is not changed keeps its index for as long as it lives. */
const indexes = new WeakMap<TaskInstances, RunIndex>();

/** Whether a task instance in this state waits for its `notBefore`. */
export function isTimed(state: TaskInstanceState | null): boolean {
  return (
    state === "up_for_retry" || state === "up_for_reschedule" || state === "deferred" || state === "awaiting_input"
  );
}

/** Adds `by` to the count of a state. */
export function addToTally(
  tally: Map<TaskInstanceState | null, number>,
  state: TaskInstanceState | null,
  by: 1 | -1,
): void {
  tally.set(state, (tally.get(state) ?? 0) + by);
}

/** Counts the upstream task instances of the task at this position, as `stateOf` sees them. */
function countAll(
  graph: DagGraph,
  position: number,
  instances: RunIndex["instances"],
  taskInstances: TaskInstances,
): UpstreamCounts {
  const counts = noUpstream();
  const all = new Set(graph.tasks.get(graph.order[position] ?? "")?.upstreamTaskIds);
  // As Airflow, which asks the Dag how many there are, and asks the run's instances instead as soon as one of them is mapped.
  const byInstances = [...all].some((taskId) => graph.expansions.has(taskId));
  for (const upstream of all) {
    const isSetup = graph.tasks.get(upstream)?.isSetup === true;
    const found = instances[graph.position.get(upstream) ?? -1] ?? [];
    for (const index of found) countUpstream(counts, taskInstances[index]?.state ?? null, isSetup, 1);
    // A task that has no instance (the run is outside its dates) is one that is never done.
    if (found.length === 0 && !byInstances) countUpstream(counts, null, isSetup, 1);
  }
  return counts;
}

function build(graph: DagGraph, taskInstances: TaskInstances): RunIndex {
  const instances: number[][] = graph.order.map(() => []);
  const tally: RunIndex["tally"] = new Map();
  const timed = new Set<number>();
  const byId = new Map<number, number>();
  const byAttempt = new Map<string, number>();
  taskInstances.forEach((instance, index) => {
    instances[graph.position.get(instance.taskId) ?? -1]?.push(index);
    addToTally(tally, instance.state, 1);
    if (isTimed(instance.state)) timed.add(index);
    byId.set(instance.id, index);
    byAttempt.set(instance.attemptId, index);
  });
  const upstream = graph.order.map((_, position) => countAll(graph, position, instances, taskInstances));
  return { instances, upstream, tally, timed, byId, byAttempt };
}

/** The index of a snapshot's task instances; made at the first call, which walks all of them. */
export function indexOf(graph: DagGraph, taskInstances: TaskInstances): RunIndex {
  let index = indexes.get(taskInstances);
  if (!index) {
    index = build(graph, taskInstances);
    indexes.set(taskInstances, index);
  }
  return index;
}

/**
 * Hands an index on from a list of task instances to the one that follows it, brought up to date by `update`. The old list loses it: asked
 * again it is indexed anew. So a chain of changes costs what changed, and a snapshot stays a value.
 */
export function handOnIndex(
  graph: DagGraph,
  before: TaskInstances,
  after: TaskInstances,
  changedIndexes: readonly number[],
): void {
  const index = indexOf(graph, before);
  indexes.delete(before);
  for (const at of changedIndexes) {
    const old = before[at];
    const fresh = after[at];
    if (!old || !fresh) continue;
    if (old.attemptId !== fresh.attemptId) {
      index.byAttempt.delete(old.attemptId);
      index.byAttempt.set(fresh.attemptId, at);
    }
    if (old.state === fresh.state) continue;
    addToTally(index.tally, old.state, -1);
    addToTally(index.tally, fresh.state, 1);
    if (isTimed(fresh.state)) index.timed.add(at);
    else index.timed.delete(at);
    const isSetup = graph.tasks.get(fresh.taskId)?.isSetup === true;
    for (const below of graph.downstream.get(fresh.taskId) ?? []) {
      const counts = index.upstream[graph.position.get(below) ?? -1];
      if (!counts) continue;
      countUpstream(counts, old.state, isSetup, -1);
      countUpstream(counts, fresh.state, isSetup, 1);
    }
  }
  indexes.set(after, index);
}
