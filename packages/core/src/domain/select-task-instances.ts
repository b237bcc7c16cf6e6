import type { TaskInstanceState } from "@windlass/contract";
import type { DagGraph, RunSnapshot } from "./snapshot.ts";

/** Which task instances of a run are meant, in the terms of Airflow's clear. */
export interface TaskInstanceSelection {
  /** Tasks in all their map indexes. Neither these nor `mapped` given: all tasks. */
  readonly taskIds?: readonly string[] | undefined;
  /** Single instances of mapped tasks, as task id and map index. */
  readonly mapped?: readonly (readonly [string, number])[] | undefined;
  readonly upstream?: boolean | undefined;
  readonly downstream?: boolean | undefined;
  /** Only `failed` and `upstream_failed` ones. */
  readonly onlyFailed?: boolean | undefined;
  /** Only running ones. */
  readonly onlyRunning?: boolean | undefined;
  /** `downstream` also means what is below that which `upstream` added, as Airflow 3 has it where one run is named. */
  readonly belowAddedToo?: boolean | undefined;
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

/** Whether a task instance in this state is among the failed or the running ones, where only these are asked for. */
export function hasWantedState(
  state: TaskInstanceState | null,
  { onlyFailed, onlyRunning }: Pick<TaskInstanceSelection, "onlyFailed" | "onlyRunning">,
): boolean {
  if (onlyFailed === true && (state === "failed" || state === "upstream_failed")) return true;
  if (onlyRunning === true && state === "running") return true;
  return onlyFailed !== true && onlyRunning !== true;
}

/** Which task instances get a state by hand: those of the named tasks, and of tasks around them. */
export interface MarkSelection {
  readonly taskIds: readonly string[];
  /** One map index of the named tasks; undefined: all. Tasks around them are always meant in all map indexes. */
  readonly mapIndex?: number | undefined;
  readonly upstream?: boolean | undefined;
  /** A teardown below keeps its own fate, as on Airflow. */
  readonly downstream?: boolean | undefined;
}

/** Keys of the task instances that a change of state by hand means. */
export function selectForMark(snapshot: RunSnapshot, selection: MarkSelection): Set<number> {
  const { graph, taskInstances } = snapshot;
  const { taskIds, mapIndex } = selection;
  const named = new Set(taskIds);
  const below = selection.downstream === true ? [...downstreamOf(graph, taskIds)] : [];
  const around = new Set([
    ...(selection.upstream === true ? upstreamOf(graph, taskIds) : []),
    ...below.filter((id) => graph.tasks.get(id)?.isTeardown !== true),
  ]);
  const isMeant = (instance: { readonly taskId: string; readonly mapIndex: number }): boolean =>
    around.has(instance.taskId) ||
    (named.has(instance.taskId) && (mapIndex === undefined || instance.mapIndex === mapIndex));
  return new Set(taskInstances.filter(isMeant).map(({ id }) => id));
}
