import type { TaskInstanceState } from "@windlass/contract";
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
      if (sameGroup && pass.instance(index).mapIndex !== mapIndex) continue;
      if (OPEN_TO_SKIPS.includes(pass.stateOf(index))) pass.move(index, "skipped", "branch_skipped");
    }
  }
}
