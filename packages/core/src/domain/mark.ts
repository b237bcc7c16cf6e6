import { assertNever, isTerminalState, type TaskInstanceState } from "@windlass/contract";
import { clearInPass } from "./clear.ts";
import { DecisionPass } from "./decision-pass.ts";
import { downstreamOf } from "./select-task-instances.ts";
import type { RunSnapshot } from "./snapshot.ts";
import type { Advance } from "./transition.ts";

/** States that a run can be given by hand. */
export type MarkableRunState = "queued" | "success" | "failed";

/** States that a task instance can be given by hand. */
export type MarkableTaskInstanceState = "success" | "failed" | "skipped";

/** States in which something is, or is about to be, held for the task instance outside: it was interrupted, not left out. */
const BEGUN: readonly (TaskInstanceState | null)[] = [
  "running",
  "restarting",
  "deferred",
  "awaiting_input",
  "up_for_reschedule",
];

function isTeardown(pass: DecisionPass, index: number): boolean {
  return pass.snapshot.graph.tasks.get(pass.instance(index).taskId)?.isTeardown === true;
}

/** A teardown that is not over still has to clean up: it is left alone, and the run ends only with it. */
function unfinishedTeardowns(pass: DecisionPass): Set<number> {
  return new Set(pass.indexesWhere((state) => !isTerminalState(state)).filter((index) => isTeardown(pass, index)));
}

function end(pass: DecisionPass, to: "success" | "failed", openTeardowns: ReadonlySet<number>): void {
  if (openTeardowns.size === 0 && pass.runState !== to) pass.moveRun(to, "marked");
}

/**
 * Sets a run's state by hand, as Airflow does:
 * - `success`: all its task instances become success;
 * - `failed`: what is running becomes failed, what has not begun is skipped, what is over stays;
 * - `queued`: the run goes back to the queue with all task instances cleared, so that it is executed anew. (Airflow changes the run's
 *   state only, so that a finished run is at once found finished again.)
 *
 * Teardowns that are not over are left to run with `success` and `failed`, and the run stays as it is until they are.
 */
export function markRun(snapshot: RunSnapshot, to: MarkableRunState): Advance {
  const pass = new DecisionPass(snapshot);
  const open = unfinishedTeardowns(pass);
  switch (to) {
    case "success":
      for (const index of pass.indexesWhere((state) => state !== "success" && state !== "removed")) {
        if (!open.has(index)) pass.move(index, "success", "marked");
      }
      end(pass, to, open);
      break;
    case "failed":
      for (const index of pass.indexesWhere((state) => !isTerminalState(state))) {
        if (!open.has(index)) pass.move(index, BEGUN.includes(pass.stateOf(index)) ? "failed" : "skipped", "marked");
      }
      end(pass, to, open);
      break;
    case "queued":
      clearInPass(
        pass,
        pass.indexesWhere(() => true),
      );
      if (pass.runState !== "queued") pass.moveRun("queued", "marked");
      break;
    default:
      assertNever(to);
  }
  return { transitions: pass.transitions, nextCheckAt: null };
}

/**
 * Sets the states of task instances by hand. As on Airflow, failed tasks below `namedTaskIds` are then cleared, so that they are decided
 * about anew; that takes a run that is over back to the queue.
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
  const below = downstreamOf(snapshot.graph, namedTaskIds);
  clearInPass(
    pass,
    pass.indexesWhere(
      (state, { taskId }) =>
        below.has(taskId) && !namedTaskIds.includes(taskId) && (state === "failed" || state === "upstream_failed"),
    ),
  );
  return { transitions: pass.transitions, nextCheckAt: null };
}
