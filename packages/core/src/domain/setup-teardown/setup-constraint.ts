import { isTerminalState } from "@windlass/contract";
import type { SerializedTask } from "@windlass/contract";
import type { DecisionPass } from "../decision-pass.ts";
import type { RuleOutcome } from "../trigger-rules/upstream-counts.ts";

/** What the setups of a task's scope that are not directly above it say, before its trigger rule is asked (Airflow's setup constraint). */
export function setupConstraint(pass: DecisionPass, task: SerializedTask): RuleOutcome {
  const { graph } = pass.snapshot;
  const setups = graph.indirectSetups.get(task.taskId);
  if (setups === undefined) return "ready";
  let outcome: RuleOutcome = "ready";
  for (const setup of setups) {
    for (const index of pass.instancesAt(graph.position.get(setup) ?? -1)) {
      const state = pass.stateOf(index);
      if (state === "failed" || state === "upstream_failed") return "upstream_failed";
      if (state === "skipped") outcome = "skipped";
      else if (!isTerminalState(state) && outcome === "ready") outcome = "wait";
    }
  }
  return outcome;
}

/** Whether every task between a teardown and its setups is over; of those in the same mapped group the instances with its map index. */
export function scopeIsDone(pass: DecisionPass, index: number, task: SerializedTask): boolean {
  const { graph } = pass.snapshot;
  const awaited = graph.awaitedByTeardown.get(task.taskId);
  if (awaited === undefined) return true;
  const { mapIndex } = pass.instance(index);
  const group = graph.mappedGroupOf.get(task.taskId);
  return awaited.every((id) => {
    const position = graph.position.get(id) ?? -1;
    if (group === undefined || graph.mappedGroupOf.get(id) !== group)
      return pass.instancesAt(position).every((each) => isTerminalState(pass.stateOf(each)));
    const same = pass.instanceWith(position, mapIndex);
    return same !== undefined && isTerminalState(pass.stateOf(same));
  });
}
