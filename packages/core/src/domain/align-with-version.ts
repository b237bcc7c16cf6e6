import { NOT_MAPPED } from "@windlass/contract";
import type { DecisionPass } from "./decision-pass.ts";
import type { RunSnapshot } from "./snapshot.ts";
import { isInSpan } from "./task-span.ts";

/** Whether the Dag, as the run's version has it, still has a place for a task instance: its task, and instances where it has some. */
function hasPlace(
  { graph }: RunSnapshot,
  { taskId, mapIndex }: { readonly taskId: string; readonly mapIndex: number },
) {
  return graph.tasks.has(taskId) && (mapIndex === NOT_MAPPED || graph.expansions.has(taskId));
}

/** Tasks of the Dag for which a run that was moved to another version has no task instance yet and is to have one. */
export function tasksWithoutInstance(snapshot: RunSnapshot): readonly string[] {
  const there = new Set(
    snapshot.taskInstances.filter((instance) => hasPlace(snapshot, instance)).map(({ taskId }) => taskId),
  );
  return snapshot.graph.order.filter((taskId) => {
    const task = snapshot.graph.tasks.get(taskId);
    return !there.has(taskId) && task !== undefined && isInSpan(task, snapshot);
  });
}

/**
 * What follows for a run's task instances from its being moved to another version of its Dag, as Airflow has it: those whose task is gone become
 * `removed`, whatever they are doing; those that were removed and whose task is back begin anew.
 */
export function alignInPass(pass: DecisionPass): void {
  const { snapshot } = pass;
  for (const index of pass.indexesWhere(() => true)) {
    const state = pass.stateOf(index);
    if (!hasPlace(snapshot, pass.instance(index))) {
      if (state !== "removed") pass.move(index, "removed", "task_removed");
    } else if (state === "removed") pass.move(index, null, "cleared");
  }
}
