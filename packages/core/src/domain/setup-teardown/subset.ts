import { downstreamOf, upstreamOf } from "../select-task-instances.ts";
import type { DagGraph } from "../snapshot.ts";
import { setupsAndTeardownsOf, teardownsOf } from "./relevant-setups.ts";

/** Which tasks around the named ones are asked for. */
export interface Around {
  readonly upstream?: boolean | undefined;
  readonly downstream?: boolean | undefined;
}

/**
 * The tasks that belong to a part of a Dag besides those that name it, after Airflow's `partial_subset`: what is above or below, where that is asked
 * for, and the setups in whose scope any of it is, with their teardowns. A named task is among them only where another one leads to it.
 */
export function subsetAround(graph: DagGraph, taskIds: readonly string[], around: Around): Set<string> {
  const found = new Set<string>();
  const add = (ids: Iterable<string>): void => {
    for (const id of ids) found.add(id);
  };
  const named = new Set(taskIds);
  for (const taskId of named) {
    const task = graph.tasks.get(taskId);
    if (task === undefined) continue;
    if (around.downstream === true) {
      for (const below of downstreamOf(graph, [taskId])) {
        found.add(below);
        if (!named.has(below) && isWork(graph, below)) add(setupsAndTeardownsOf(graph, below));
      }
    } else if (task.isSetup) add(teardownsOf(graph, taskId));
    if (around.upstream === true) {
      for (const above of upstreamOf(graph, [taskId])) {
        found.add(above);
        if (graph.tasks.get(above)?.isSetup === true) add(teardownsOf(graph, above).filter((id) => id !== taskId));
      }
    } else if (isWork(graph, taskId)) add(setupsAndTeardownsOf(graph, taskId));
  }
  return found;
}

function isWork(graph: DagGraph, taskId: string): boolean {
  const task = graph.tasks.get(taskId);
  return task !== undefined && !task.isSetup && !task.isTeardown;
}
