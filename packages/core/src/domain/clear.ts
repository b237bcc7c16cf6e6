import { isTerminalRunState } from "@windlass/contract";
import { DecisionPass } from "./decision-pass.ts";
import type { RunSnapshot } from "./snapshot.ts";
import type { Advance } from "./transition.ts";

/** Clears task instances in a pass: with all their retries again, and the run, if it was over, back to the queue. */
export function clearInPass(pass: DecisionPass, indexes: readonly number[]): void {
  let isAnyCleared = false;
  for (const index of indexes) {
    const state = pass.stateOf(index);
    // What is already to begin anew needs nothing more.
    if (state === null || state === "restarting") continue;
    const { taskId, tryNumber } = pass.instance(index);
    const maxTries = tryNumber + (pass.snapshot.graph.tasks.get(taskId)?.retry.attempts ?? 0);
    // A running attempt has to be stopped first; its end, however it comes, begins the task instance anew.
    pass.move(index, state === "running" ? "restarting" : null, "cleared", { maxTries });
    isAnyCleared = true;
  }
  if (isAnyCleared && isTerminalRunState(pass.runState)) pass.moveRun("queued", "cleared");
}

/**
 * Clears task instances so that they are decided about and executed again. Try numbers go on from where they are; a run that is over goes
 * back to the queue. Who is to be cleared is `selectTaskInstances`' question. `advance` has to follow with all tasks.
 * @param ids keys of task instances
 */
export function clearTaskInstances(snapshot: RunSnapshot, ids: ReadonlySet<number>): Advance {
  const pass = new DecisionPass(snapshot);
  clearInPass(
    pass,
    pass.indexesWhere((_, instance) => ids.has(instance.id)),
  );
  return { transitions: pass.transitions, nextCheckAt: null };
}
