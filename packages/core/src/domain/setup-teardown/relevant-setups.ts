import { downstreamOf, upstreamOf } from "../select-task-instances.ts";
import type { DagGraph } from "../snapshot.ts";

type Graph = Pick<DagGraph, "tasks" | "downstream">;

/**
 * The setups in whose scope a task is, after Airflow: those above it, also indirectly, that have no teardown at all or one below the task.
 */
function relevantSetups(graph: Graph, taskId: string): readonly string[] {
  const above = [...upstreamOf(graph, [taskId])].filter((id) => graph.tasks.get(id)?.isSetup === true);
  if (above.length === 0) return [];
  const below = downstreamOf(graph, [taskId]);
  return above.filter((setup) => {
    const teardowns = teardownsOf(graph, setup);
    return teardowns.length === 0 || teardowns.some((id) => below.has(id) || id === taskId);
  });
}

/** The teardowns directly behind a setup. */
export function teardownsOf(graph: Graph, setup: string): readonly string[] {
  return (graph.downstream.get(setup) ?? []).filter((id) => graph.tasks.get(id)?.isTeardown === true);
}

/** What is cleared along with a task: the setups in whose scope it is, and their teardowns. */
export function setupsAndTeardownsOf(graph: Graph, taskId: string): readonly string[] {
  return relevantSetups(graph, taskId).flatMap((setup) => [setup, ...teardownsOf(graph, setup)]);
}

/** The tasks that wait for each task without standing directly behind it. */
export function scopesOf(
  ...waits: readonly ReadonlyMap<string, readonly string[]>[]
): ReadonlyMap<string, readonly string[]> {
  const scopes = new Map<string, string[]>();
  for (const [taskId, awaited] of waits.flatMap((each) => [...each])) {
    for (const id of awaited) scopes.set(id, [...(scopes.get(id) ?? []), taskId]);
  }
  return scopes;
}

/**
 * For every teardown: the tasks between it and the setups directly above it that are not directly above it themselves. Rules such as `one_failed` can let
 * a task end before those do, and nothing may be torn down under their feet.
 */
export function awaitedByTeardown(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const task of graph.tasks.values()) {
    if (!task.isTeardown) continue;
    const direct = new Set(task.upstreamTaskIds);
    const setups = task.upstreamTaskIds.filter((id) => graph.tasks.get(id)?.isSetup === true);
    if (setups.length === 0) continue;
    const inScope = downstreamOf(graph, setups);
    const awaited = [...upstreamOf(graph, [task.taskId])].filter((id) => inScope.has(id) && !direct.has(id));
    if (awaited.length > 0) found.set(task.taskId, awaited);
  }
  return found;
}

/** For every task that is no teardown: the setups of its scope that are not directly above it (the trigger rule sees those). */
export function indirectSetups(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  if (![...graph.tasks.values()].some((task) => task.isSetup)) return found;
  for (const task of graph.tasks.values()) {
    if (task.isTeardown) continue;
    const indirect = relevantSetups(graph, task.taskId).filter((id) => !task.upstreamTaskIds.includes(id));
    if (indirect.length > 0) found.set(task.taskId, indirect);
  }
  return found;
}
