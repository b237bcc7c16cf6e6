import type {
  DagRunTrigger,
  RunState,
  TaskInstancesTrigger,
  TaskInstanceState,
  TriggerEvent,
} from "@windlass/contract";

/** A run that is watched, as it is now. */
export interface WatchedRun {
  readonly runId: string;
  readonly state: RunState;
  /** The states of the watched tasks' instances, by task id; empty where the run itself is watched. */
  readonly tasks: ReadonlyMap<string, readonly (TaskInstanceState | null)[]>;
}

/** The event of a wait for a run; null where it goes on. */
export function runEvent(trigger: DagRunTrigger, state: RunState | undefined): TriggerEvent | null {
  if (state === undefined || !trigger.states.includes(state)) return null;
  return { kind: "event", payload: { dag_id: trigger.dagId, run_id: trigger.runId, state } };
}

/**
 * The event of a wait for another Dag's runs or tasks; null where it goes on. As on Airflow one failed (or skipped) state among all that is watched is
 * enough, failures before skips, and success needs every run. All instances of a mapped task count.
 * @param taskIds the tasks that are watched; null where the runs themselves are
 * @param runs those that are there of the runs that are watched
 */
export function taskInstancesEvent(
  trigger: TaskInstancesTrigger,
  taskIds: readonly string[] | null,
  runs: readonly WatchedRun[],
): TriggerEvent | null {
  const { allowedStates, failedStates, skippedStates, logicalDates, runIds } = trigger;
  const statesOf = (run: WatchedRun): readonly (TaskInstanceState | null)[] =>
    taskIds === null ? [run.state] : taskIds.flatMap((taskId) => run.tasks.get(taskId) ?? [null]);
  const isIn = (states: readonly TaskInstanceState[], state: TaskInstanceState | null): boolean =>
    state !== null && states.includes(state);
  const all = runs.flatMap(statesOf);
  if (all.some((state) => isIn(failedStates, state))) return statusEvent("failed");
  if (all.some((state) => isIn(skippedStates, state))) return statusEvent("skipped");
  const wanted = runIds.length > 0 ? runIds.length : logicalDates.length;
  const done = runs.filter((run) => {
    const states = statesOf(run);
    return states.length > 0 && states.every((state) => isIn(allowedStates, state));
  });
  return done.length >= wanted ? statusEvent("success") : null;
}

function statusEvent(status: "failed" | "skipped" | "success"): TriggerEvent {
  return { kind: "event", payload: { status } };
}
