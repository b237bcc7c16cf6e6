import { downstreamOf, selectTaskInstances, type TaskInstanceSelection } from "../select-task-instances.ts";
import type { DagGraph, RunSnapshot } from "../snapshot.ts";
import { setupsAndTeardownsOf, teardownsOf } from "./relevant-setups.ts";

/** What Airflow's `partial_subset` takes along with a clear of tasks: setups in whose scope they are, and the teardowns of those. */
function takenAlong(graph: DagGraph, { taskIds = [], upstream, downstream }: TaskInstanceSelection): Set<string> {
  const found = new Set<string>();
  const isWork = (id: string): boolean => {
    const task = graph.tasks.get(id);
    return task !== undefined && !task.isSetup && !task.isTeardown;
  };
  const inScope = downstream === true ? [...taskIds, ...downstreamOf(graph, taskIds)] : taskIds;
  for (const id of inScope.filter(isWork)) for (const other of setupsAndTeardownsOf(graph, id)) found.add(other);
  const setups = [...taskIds, ...(upstream === true ? found : [])].filter(
    (id) => graph.tasks.get(id)?.isSetup === true,
  );
  for (const setup of setups) for (const teardown of teardownsOf(graph, setup)) found.add(teardown);
  return found;
}

/**
 * Keys of the task instances that a clear means: those selected and, so that they find what they need, their setups with the teardowns. What is
 * taken along is taken in all its map indexes, and has to be in the wanted state as well.
 */
export function selectForClear(snapshot: RunSnapshot, selection: TaskInstanceSelection): Set<number> {
  const selected = selectTaskInstances(snapshot, selection);
  if (selection.taskIds === undefined) return selected;
  const along = takenAlong(snapshot.graph, selection);
  if (along.size === 0) return selected;
  const { onlyFailed = false, onlyRunning = false } = selection;
  return new Set([...selected, ...selectTaskInstances(snapshot, { taskIds: [...along], onlyFailed, onlyRunning })]);
}
