import { isTerminalRunState, RETURN_VALUE_KEY } from "@windlass/contract";
import { unmetPastDependencies } from "../../domain/past-dependencies.ts";
import { indexOf } from "../../domain/run-index.ts";
import type { DagGraph, RunSnapshot } from "../../domain/snapshot.ts";
import type { XcomRow } from "../../store/commit-transitions.ts";
import { xcomKey, type ActiveRun } from "./active-run.ts";
import type { Decided } from "./decide-run.ts";
import type { RunIntake } from "./run-intake.ts";
import type { RunMemory } from "./run-memory.ts";

/**
 * What a decision leaves in memory, committed or with nothing to commit.
 * @returns whether others may go on because of it: queued runs of the Dag, or runs that look at this one as their previous run
 */
export function settleRun(memory: RunMemory, intake: RunIntake, decided: Decided): boolean {
  const { active, transitions } = decided;
  const seen = new Set(decided.reports);
  active.reports = active.reports.filter((report) => !seen.has(report));
  active.changed = new Set();
  active.nextCheckAt = decided.nextCheckAt;
  for (const xcom of decided.xcoms) keepXcom(active, xcom);
  memory.sort(active);
  const { state } = active.snapshot;
  const over = isTerminalRunState(state);
  // A queued run that cannot start is not kept: there may be any number of them.
  if (over || state === "queued") {
    if (active.nextCheckAt !== null) intake.notBefore(active.nextCheckAt);
    if (active.reports.length === 0) memory.evict(active);
  }
  if (transitions.length === 0) return false;
  const roomMade = over && intake.roomIn(active.snapshot);
  return wakeFollowers(memory, intake, active) || roomMade;
}

/** Runs that look at this one as their previous run must see what it has come to. @returns whether there may be any */
export function wakeFollowers(memory: RunMemory, intake: RunIntake, { id, snapshot }: ActiveRun): boolean {
  if (!looksBack(snapshot.graph)) return false;
  for (const other of memory.ofDag(snapshot.dagId)) if (other.id !== id) intake.load(other.id);
  return true;
}

const lookingBack = new WeakMap<DagGraph, boolean>();

/** Whether a run goes no further before something becomes of the one before it. */
export function waitsForPast(run: RunSnapshot): boolean {
  if (!looksBack(run.graph)) return false;
  return run.taskInstances.some(({ taskId, state }) => {
    // As where it is decided: also before another try.
    const asks = state === null || state === "up_for_retry" || state === "up_for_reschedule";
    const task = asks ? run.graph.tasks.get(taskId) : undefined;
    return task !== undefined && unmetPastDependencies(run, task).length > 0;
  });
}

/** Whether any task of the Dag waits for its past; asked at every commit, so it is worked out once. */
function looksBack(graph: DagGraph): boolean {
  let found = lookingBack.get(graph);
  if (found === undefined) {
    found = graph.dag.tasks.some((task) => task.dependsOnPast || task.waitForDownstream);
    lookingBack.set(graph, found);
  }
  return found;
}

function keepXcom(active: ActiveRun, { taskInstanceId, key, value, elsewhere }: XcomRow): void {
  const { graph, taskInstances } = active.snapshot;
  const index = indexOf(graph, taskInstances).byId.get(taskInstanceId);
  const instance = index === undefined ? undefined : taskInstances[index];
  // Only what somebody may take as an input is worth its memory.
  if (key !== RETURN_VALUE_KEY || !instance || (graph.downstream.get(instance.taskId)?.length ?? 0) === 0) return;
  const at = xcomKey(instance.taskId, instance.mapIndex, key);
  if (elsewhere === undefined) active.xcoms.set(at, value);
  else active.elsewhere.set(at, elsewhere);
}
