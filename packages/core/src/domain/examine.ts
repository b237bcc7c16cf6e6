import { invariant, type Instant, type SerializedTask } from "@windlass/contract";
import type { DecisionPass } from "./decision-pass.ts";
import { unmetPastDependencies } from "./past-dependencies.ts";
import { evaluateTriggerRule } from "./trigger-rules/evaluate.ts";
import type { RuleOutcome } from "./trigger-rules/upstream-counts.ts";

/** Starts the next try, or, where there is nothing to execute, completes it: such a task never sees a worker. */
function startTry(pass: DecisionPass, index: number, task: SerializedTask): void {
  const state = pass.stateOf(index);
  const { tryNumber } = pass.instance(index);
  // A sensor that comes back goes on with the try it was in.
  if (state === "up_for_reschedule") pass.move(index, "scheduled", "reschedule_due");
  else if (task.runtime === "none") pass.move(index, "success", "nothing_to_execute", { tryNumber: tryNumber + 1 });
  else {
    const reason = state === "up_for_retry" ? "retry_due" : "dependencies_met";
    pass.move(index, "scheduled", reason, { tryNumber: tryNumber + 1 });
  }
}

function examineInstance(
  pass: DecisionPass,
  index: number,
  task: SerializedTask,
  rule: RuleOutcome,
  now: Instant,
): boolean {
  const state = pass.stateOf(index);
  if (state !== null && state !== "up_for_retry" && state !== "up_for_reschedule") return false;
  if (rule === "wait") return false;
  if (rule === "upstream_failed") pass.move(index, "upstream_failed", "upstream_failed");
  else if (rule === "skipped") pass.move(index, "skipped", "upstream_skipped");
  else {
    const { notBefore } = pass.instance(index);
    // A paused Dag starts nothing; what follows from tasks that are over is still recorded, as on Airflow.
    if (pass.snapshot.dagPaused) return false;
    if (state !== null && notBefore !== null && notBefore > now) return false;
    if (unmetPastDependencies(pass.snapshot, task).length > 0) return false;
    startTry(pass, index, task);
  }
  return true;
}

/**
 * Decides about the instances of the task at a position, given that all upstream tasks have been decided about.
 * @returns whether any of them moved
 */
export function examineTask(pass: DecisionPass, position: number, now: Instant): boolean {
  const { graph } = pass.snapshot;
  const task = graph.tasks.get(graph.order[position] ?? "");
  invariant(task, `Dag ${pass.snapshot.dagId} has no task at ${position}`);
  const rule = evaluateTriggerRule(task.triggerRule, pass.upstreamOf(position));
  let moved = false;
  for (const index of pass.instancesAt(position)) moved = examineInstance(pass, index, task, rule, now) || moved;
  return moved;
}
