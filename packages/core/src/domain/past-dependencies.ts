import type { SerializedTask, TaskInstanceState } from "@windlass/contract";
import type { RunSnapshot } from "./snapshot.ts";

function succeeded(state: TaskInstanceState | null | undefined): boolean {
  return state === "success" || state === "skipped";
}

/** Which past task instances a task waits for; empty where it may go on. */
export function unmetPastDependencies(snapshot: RunSnapshot, task: SerializedTask): readonly string[] {
  // As on Airflow, waiting for the downstream of the past includes waiting for the task's own past.
  if (!task.dependsOnPast && !task.waitForDownstream) return [];
  const past = snapshot.previousRun?.states;
  // The first run, or the first with this task, has nothing to wait for (Airflow's ignore_first_depends_on_past).
  if (!past?.has(task.taskId)) return [];
  const watched = [task.taskId];
  if (task.waitForDownstream) watched.push(...(snapshot.graph.downstream.get(task.taskId) ?? []));
  return watched.filter((taskId) => past.has(taskId) && !succeeded(past.get(taskId)));
}
