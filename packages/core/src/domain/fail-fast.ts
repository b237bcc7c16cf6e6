import type { AttemptError } from "@windlass/contract";
import type { DecisionPass } from "./decision-pass.ts";

/** States that a failure leaves as they are; what could not start for another failure is left out as well, as on Airflow. */
const OVER: readonly (string | null)[] = ["success", "failed", "skipped", "removed"];

function stoppedBy(taskId: string): AttemptError {
  const message = `The task ${taskId} failed, and the Dag has failFast: what ran beside it was ended.`;
  return { kind: "cancelled", name: "FailFast", message, stack: null };
}

/**
 * What a Dag with `failFast` does once one of its task instances has failed for good, as on Airflow: what runs fails, whatever else is not over is
 * skipped, both without a further try. Teardowns are left, and so are the other instances of the failed task, where it is mapped.
 *
 * The run's state still comes from its leaves: it is a failed one only if one of them failed.
 */
export function failFast(pass: DecisionPass, failed: number): void {
  const { graph } = pass.snapshot;
  if (graph.dag.failFast !== true) return;
  const { taskId } = pass.instance(failed);
  const rest = pass.indexesWhere(
    (state, instance) =>
      instance.taskId !== taskId && !OVER.includes(state) && graph.tasks.get(instance.taskId)?.isTeardown !== true,
  );
  for (const index of rest) {
    if (pass.stateOf(index) === "running") pass.move(index, "failed", "fail_fast", { error: stoppedBy(taskId) });
    else pass.move(index, "skipped", "fail_fast");
  }
}
