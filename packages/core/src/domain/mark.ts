import { assertNever, isTerminalState, type TaskInstanceState } from "@windlass/contract";
import { clearInPass } from "./clear.ts";
import { DecisionPass } from "./decision-pass.ts";
import { hasWantedState } from "./select-task-instances.ts";
import { subsetAround } from "./setup-teardown/subset.ts";
import type { RunSnapshot } from "./snapshot.ts";
import type { Advance } from "./transition.ts";

/** States that a run can be given by hand. */
export type MarkableRunState = "queued" | "success" | "failed";

/** States that a task instance can be given by hand. */
export type MarkableTaskInstanceState = "success" | "failed" | "skipped";

/** How a run is marked. */
export interface MarkRunOptions {
  /** Success makes every task instance one, as on Airflow 2; on Airflow 3 what is over stays as it is. @defaultValue false */
  readonly everythingSucceeds?: boolean;
}

/** States in which something is held for the task instance outside: it was interrupted, not left out. */
const BEGUN: readonly (TaskInstanceState | null)[] = ["running", "deferred", "awaiting_input", "up_for_reschedule"];

function isTeardown(pass: DecisionPass, index: number): boolean {
  return pass.snapshot.graph.tasks.get(pass.instance(index).taskId)?.isTeardown === true;
}

/** A teardown that is not over still has to clean up: it is left alone, and the run ends only with it. */
function unfinishedTeardowns(pass: DecisionPass): Set<number> {
  return new Set(pass.indexesWhere((state) => !isTerminalState(state)).filter((index) => isTeardown(pass, index)));
}

function end(pass: DecisionPass, to: "success" | "failed", everythingSucceeds: boolean): void {
  const open = unfinishedTeardowns(pass);
  for (const index of pass.indexesWhere(
    (state) => !isTerminalState(state) || (everythingSucceeds && state !== "success" && state !== "removed"),
  )) {
    if (open.has(index)) continue;
    const interrupted = everythingSucceeds || BEGUN.includes(pass.stateOf(index));
    pass.move(index, interrupted ? to : "skipped", "marked");
  }
  if (open.size === 0 && pass.runState !== to) pass.moveRun(to, "marked");
}

/**
 * Sets a run's state by hand, as Airflow does:
 * - `success`, `failed`: what has begun gets the same state, what has not begun is skipped, what is over stays. Teardowns that are not over are left
 *   to run, and the run stays as it is until they are;
 * - `queued`: the run goes back to the queue with its task instances as they are: those cleared without it are executed now, and a run that has
 *   nothing left to do is at once found finished again.
 */
export function markRun(snapshot: RunSnapshot, to: MarkableRunState, options: MarkRunOptions = {}): Advance {
  const pass = new DecisionPass(snapshot);
  switch (to) {
    case "success":
      end(pass, to, options.everythingSucceeds === true);
      break;
    case "failed":
      end(pass, to, false);
      break;
    case "queued":
      if (pass.runState !== "queued") pass.moveRun("queued", "marked");
      break;
    default:
      assertNever(to);
  }
  return { transitions: pass.transitions, nextCheckAt: null };
}

/**
 * Sets the states of task instances by hand. As on Airflow, failed tasks below `namedTaskIds` (and failed setups of theirs) are then cleared, so that
 * they are decided about anew; that takes a run that is over back to the queue.
 * @param ids keys of the task instances to be marked
 * @param namedTaskIds the tasks that the request named, which are never cleared
 */
export function markTaskInstances(
  snapshot: RunSnapshot,
  ids: ReadonlySet<number>,
  namedTaskIds: readonly string[],
  to: MarkableTaskInstanceState,
): Advance {
  const pass = new DecisionPass(snapshot);
  for (const index of pass.indexesWhere((state, instance) => ids.has(instance.id) && state !== to)) {
    if (pass.stateOf(index) !== "removed") pass.move(index, to, "marked");
  }
  const below = subsetAround(snapshot.graph, namedTaskIds, { downstream: true });
  clearInPass(
    pass,
    pass.indexesWhere(
      (state, { taskId }) =>
        below.has(taskId) && !namedTaskIds.includes(taskId) && hasWantedState(state, { onlyFailed: true }),
    ),
  );
  return { transitions: pass.transitions, nextCheckAt: null };
}
