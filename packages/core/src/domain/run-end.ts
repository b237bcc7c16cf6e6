import type { DecisionPass } from "./decision-pass.ts";
import { unmetPastDependencies } from "./past-dependencies.ts";

/** States in which something outside the run's own tasks will bring the next change. */
const MOVING = [
  "scheduled",
  "queued",
  "running",
  "up_for_retry",
  "up_for_reschedule",
  "restarting",
  "deferred",
  "awaiting_input",
] as const;

/** Whether a task that decides the run's end failed. */
function someDecidingTaskFailed(pass: DecisionPass): boolean {
  const { graph } = pass.snapshot;
  return graph.deciding.some((taskId) =>
    pass
      .instancesAt(graph.position.get(taskId) ?? -1)
      .some((index) => ["failed", "upstream_failed"].includes(pass.stateOf(index) ?? "")),
  );
}

/**
 * Ends the run where all its task instances are over: failed if a deciding task (a leaf) failed, else success.
 *
 * Where some are left, none of which can ever move, the run fails as deadlocked and they become `upstream_failed`. (Airflow leaves them
 * without a state; here a run that is over has no unfinished task instance.) A task that waits for a past run is not deadlocked: that run
 * may still be repaired. The built-in rules never deadlock; this is the net under them.
 */
export function endRun(pass: DecisionPass): void {
  if (pass.countIn(...MOVING) > 0) return;
  if (pass.countIn(null) === 0) {
    pass.moveRun(someDecidingTaskFailed(pass) ? "failed" : "success", "run_finished");
    return;
  }
  if (pass.snapshot.dagPaused) return;
  const stuck = pass.indexesWhere((state) => state === null);
  const { graph } = pass.snapshot;
  const waitsForPast = stuck.some((index) => {
    const task = graph.tasks.get(pass.instance(index).taskId);
    return task !== undefined && unmetPastDependencies(pass.snapshot, task).length > 0;
  });
  if (waitsForPast) return;
  for (const index of stuck) pass.move(index, "upstream_failed", "run_deadlocked");
  pass.moveRun("failed", "run_deadlocked");
}
