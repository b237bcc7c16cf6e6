import { downstreamOf, hasWantedState, type TaskInstanceSelection, upstreamOf } from "../select-task-instances.ts";
import type { DagGraph, RunSnapshot } from "../snapshot.ts";
import { subsetAround } from "./subset.ts";

/** What a clear means: tasks in all their map indexes, and single map indexes of others. */
class Meant {
  readonly whole = new Set<string>();
  private readonly single = new Map<string, Set<number>>();

  /** @returns whether it is new */
  addOne(taskId: string, mapIndex: number): boolean {
    const indexes = this.single.get(taskId) ?? new Set();
    if (indexes.has(mapIndex)) return false;
    this.single.set(taskId, indexes.add(mapIndex));
    return true;
  }

  addAll(other: Meant): void {
    for (const taskId of other.whole) this.whole.add(taskId);
    for (const [taskId, mapIndex] of other.pairs()) this.addOne(taskId, mapIndex);
  }

  *pairs(): Generator<readonly [string, number]> {
    for (const [taskId, indexes] of this.single) for (const mapIndex of indexes) yield [taskId, mapIndex];
  }

  get taskIds(): string[] {
    return [...new Set([...this.whole, ...this.single.keys()])];
  }

  has(taskId: string, mapIndex: number): boolean {
    return this.whole.has(taskId) || this.single.get(taskId)?.has(mapIndex) === true;
  }
}

type Direction = "upstream" | "downstream";

/**
 * What is above or below, after Airflow's `find_relevant_relatives`: within one mapped task group an instance leads to those of its own map index;
 * everywhere else to whole tasks, and from these on to all that is beyond them.
 */
function relativesOf(graph: DagGraph, meant: Meant, direction: Direction): Meant {
  const found = new Meant();
  const addWhole = (taskIds: readonly string[]): void => {
    for (const id of subsetAround(graph, taskIds, { [direction]: true })) found.whole.add(id);
  };
  const addOf = (taskId: string, mapIndex: number): void => {
    if (!graph.expansions.has(taskId)) {
      addWhole([taskId]);
      return;
    }
    const group = graph.mappedGroupOf.get(taskId);
    const beyond = direction === "upstream" ? upstreamOf(graph, [taskId]) : downstreamOf(graph, [taskId]);
    for (const relative of beyond) {
      if (found.whole.has(relative)) continue;
      if (group !== undefined && graph.mappedGroupOf.get(relative) === group) {
        if (found.addOne(relative, mapIndex)) addOf(relative, mapIndex);
      } else {
        found.whole.add(relative);
        addWhole([relative]);
      }
    }
  };
  addWhole([...meant.whole]);
  for (const [taskId, mapIndex] of meant.pairs()) addOf(taskId, mapIndex);
  return found;
}

function meantBy(graph: DagGraph, selection: TaskInstanceSelection): Meant {
  const meant = new Meant();
  for (const taskId of selection.taskIds ?? []) meant.whole.add(taskId);
  for (const [taskId, mapIndex] of selection.mapped ?? []) meant.addOne(taskId, mapIndex);
  const above = selection.upstream === true ? relativesOf(graph, meant, "upstream") : new Meant();
  if (selection.belowAddedToo === true) meant.addAll(above);
  const below = selection.downstream === true ? relativesOf(graph, meant, "downstream") : new Meant();
  meant.addAll(above);
  meant.addAll(below);
  for (const taskId of subsetAround(graph, meant.taskIds, {}))
    if (!meant.taskIds.includes(taskId)) meant.whole.add(taskId);
  return meant;
}

/**
 * Keys of the task instances that a clear means: those selected and, so that they find what they need, their setups with the teardowns. What is
 * taken along is taken in all its map indexes, and has to be in the wanted state as well.
 */
export function selectForClear(snapshot: RunSnapshot, selection: TaskInstanceSelection): Set<number> {
  const all = selection.taskIds === undefined && selection.mapped === undefined;
  const meant = all ? undefined : meantBy(snapshot.graph, selection);
  return new Set(
    snapshot.taskInstances
      .filter(
        ({ taskId, mapIndex, state }) =>
          (meant === undefined || meant.has(taskId, mapIndex)) && hasWantedState(state, selection),
      )
      .map(({ id }) => id),
  );
}
