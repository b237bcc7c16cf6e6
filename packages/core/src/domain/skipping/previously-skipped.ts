import type { SerializedTask } from "@windlass/contract";
import type { DecisionPass } from "../decision-pass.ts";

/**
 * Airflow's NotPreviouslySkippedDep: a task that was left out by a branch directly above it is left out again when it is cleared by itself.
 * Costs nothing for tasks that no task with `isBranch` (or latest-only) stands above.
 */
export function wasSkippedBefore(pass: DecisionPass, index: number, task: SerializedTask): boolean {
  const { graph } = pass.snapshot;
  const skippers = graph.skippers.get(task.taskId);
  if (skippers === undefined) return false;
  const { mapIndex } = pass.instance(index);
  const group = graph.mappedGroupOf.get(task.taskId);
  return skippers.some((above) => {
    const sameGroup = group !== undefined && graph.mappedGroupOf.get(above) === group;
    return pass
      .instancesAt(graph.position.get(above) ?? -1)
      .some(
        (other) =>
          (!sameGroup || pass.instance(other).mapIndex === mapIndex) &&
          pass.stateOf(other) === "success" &&
          pass.skipsOf(other).includes(task.taskId),
      );
  });
}
