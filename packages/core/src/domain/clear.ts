import { isTerminalRunState } from "@windlass/contract";
import { alignInPass } from "./align-with-version.ts";
import { DecisionPass } from "./decision-pass.ts";
import type { RunSnapshot } from "./snapshot.ts";
import type { Advance } from "./transition.ts";

/** How a clear is meant. */
export interface ClearOptions {
  /** false: a run that is over stays over, and what is cleared in it waits for somebody to queue the run. @defaultValue true */
  readonly resetRun?: boolean;
  /** The run was moved to another version of its Dag for this clear. @defaultValue false */
  readonly onNewVersion?: boolean;
}

/** Clears task instances in a pass: with all their retries again, and the run, if it was over, back to the queue. */
export function clearInPass(
  pass: DecisionPass,
  indexes: readonly number[],
  { resetRun = true }: ClearOptions = {},
): void {
  let isAny = false;
  for (const index of indexes) {
    const { taskId, tryNumber } = pass.instance(index);
    const task = pass.snapshot.graph.tasks.get(taskId);
    // What the Dag does not have any more cannot be executed again.
    if (task === undefined) continue;
    isAny = true;
    const state = pass.stateOf(index);
    // What is already to begin anew needs nothing more.
    if (state === null || state === "restarting") continue;
    // A running attempt has to be stopped first; its end, however it comes, begins the task instance anew.
    const to = state === "running" ? "restarting" : null;
    pass.move(index, to, "cleared", { maxTries: tryNumber + task.retry.attempts });
  }
  if (isAny && resetRun && isTerminalRunState(pass.runState)) pass.moveRun("queued", "cleared");
}

/**
 * Clears task instances so that they are decided about and executed again. Try numbers go on from where they are; a run that is over goes
 * back to the queue. Who is to be cleared is `selectForClear`'s question. `advance` has to follow with all tasks.
 * @param ids keys of task instances
 */
export function clearTaskInstances(
  snapshot: RunSnapshot,
  ids: ReadonlySet<number>,
  options: ClearOptions = {},
): Advance {
  const pass = new DecisionPass(snapshot);
  if (options.onNewVersion === true) alignInPass(pass);
  clearInPass(
    pass,
    pass.indexesWhere((_, instance) => ids.has(instance.id)),
    options,
  );
  return { transitions: pass.transitions, nextCheckAt: null };
}
