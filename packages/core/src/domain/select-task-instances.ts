import type { TaskInstanceState } from "@windlass/contract";
import type { DagGraph, RunSnapshot } from "./snapshot.ts";

/** Which task instances of a run are meant, in the terms of Airflow's clear. */
export interface TaskInstanceSelection {
  /** undefined: all tasks. */
  readonly taskIds?: readonly string[];
  /** One map index of the named tasks only; undefined: all. Tasks added by `upstream` and `downstream` are taken whole. */
  readonly mapIndex?: number;
  readonly upstream?: boolean;
  readonly downstream?: boolean;
  /** Only `failed` and `upstream_failed` ones. */
  readonly onlyFailed?: boolean;
  /** Only running ones. */
  readonly onlyRunning?: boolean;
}

/** All that `next` leads to from these tasks, themselves excluded unless they are reached. */
function reached(from: readonly string[], next: (taskId: string) => readonly string[]): Set<string> {
  const found = new Set<string>();
  const waiting = [...from];
  for (let taskId = waiting.pop(); taskId !== undefined; taskId = waiting.pop()) {
    for (const other of next(taskId)) {
      if (found.has(other)) continue;
      found.add(other);
      waiting.push(other);
    }
  }
  return found;
}

/** All tasks below these ones. */
export function downstreamOf(graph: Pick<DagGraph, "downstream">, taskIds: readonly string[]): Set<string> {
  return reached(taskIds, (taskId) => graph.downstream.get(taskId) ?? []);
}

/** All tasks above these ones. */
export function upstreamOf(graph: Pick<DagGraph, "tasks">, taskIds: readonly string[]): Set<string> {
  return reached(taskIds, (taskId) => graph.tasks.get(taskId)?.upstreamTaskIds ?? []);
}

function hasWantedState(state: TaskInstanceState | null, { onlyFailed, onlyRunning }: TaskInstanceSelection): boolean {
  if (onlyFailed === true && (state === "failed" || state === "upstream_failed")) return true;
  if (onlyRunning === true && state === "running") return true;
  return onlyFailed !== true && onlyRunning !== true;
}

/** Keys of the selected task instances, for `clearTaskInstances` and `markTaskInstances`. */
export function selectTaskInstances(snapshot: RunSnapshot, selection: TaskInstanceSelection): Set<number> {
  const { graph, taskInstances } = snapshot;
  const named = new Set(selection.taskIds ?? graph.order);
  const added = new Set([
    ...(selection.upstream === true ? upstreamOf(graph, [...named]) : []),
    ...(selection.downstream === true ? downstreamOf(graph, [...named]) : []),
  ]);
  const { mapIndex } = selection;
  return new Set(
    taskInstances
      .filter(
        (instance) =>
          (added.has(instance.taskId) ||
            (named.has(instance.taskId) && (mapIndex === undefined || instance.mapIndex === mapIndex))) &&
          hasWantedState(instance.state, selection),
      )
      .map((instance) => instance.id),
  );
}
