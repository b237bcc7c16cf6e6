import { NOT_MAPPED, type TaskInstanceState } from "@windlass/contract";
import type { DecisionPass } from "../decision-pass.ts";

/** States in which a task instance has not begun, so that it can be left out. */
export const OPEN_TO_SKIPS: readonly (TaskInstanceState | null)[] = [
  null,
  "scheduled",
  "up_for_retry",
  "up_for_reschedule",
];

/** Skips the instances of tasks that one task instance left out: within its own mapped group only those of its map index. */
export function skipInPass(pass: DecisionPass, by: number, taskIds: readonly string[]): void {
  const { graph } = pass.snapshot;
  const { taskId, mapIndex } = pass.instance(by);
  const group = graph.mappedGroupOf.get(taskId);
  for (const skipped of taskIds) {
    const sameGroup = group !== undefined && graph.mappedGroupOf.get(skipped) === group;
    for (const index of pass.instancesAt(graph.position.get(skipped) ?? -1)) {
      const own = pass.instance(index).mapIndex;
      if (sameGroup && own !== mapIndex) continue;
      const state = pass.stateOf(index);
      // As on Airflow, where a branch has the last word on what could not start anyway: then it is the same whichever of the two came first.
      const couldNotStart = state === "upstream_failed" && (sameGroup || own === NOT_MAPPED);
      if (couldNotStart || OPEN_TO_SKIPS.includes(state)) pass.move(index, "skipped", "branch_skipped");
    }
  }
}
