import { invariant, NOT_MAPPED, type Instant, type SerializedTask } from "@windlass/contract";
import type { DecisionPass } from "./decision-pass.ts";
import { examinePlaceholder, reviseExpansion, upstreamInGroup, type ExpansionMeans } from "./mapping/examine-mapped.ts";
import { unmetPastDependencies } from "./past-dependencies.ts";
import { scopeIsDone, setupConstraint } from "./setup-teardown/setup-constraint.ts";
import { isLatestRun } from "./skipping/latest-only.ts";
import { wasSkippedBefore } from "./skipping/previously-skipped.ts";
import { skipInPass } from "./skipping/skip-in-pass.ts";
import { evaluateTriggerRule } from "./trigger-rules/evaluate.ts";
import type { RuleOutcome } from "./trigger-rules/upstream-counts.ts";
import { endWait } from "./wait-over.ts";

/** Completes a task that has nothing to execute: it never sees a worker. */
function completeBuiltin(pass: DecisionPass, index: number, task: SerializedTask, now: Instant): void {
  const tryNumber = pass.instance(index).tryNumber + 1;
  const direct = pass.snapshot.graph.downstream.get(task.taskId) ?? [];
  if (task.builtin?.kind !== "latest_only" || isLatestRun(pass.snapshot, now) || direct.length === 0) {
    pass.move(index, "success", "nothing_to_execute", { tryNumber });
    return;
  }
  pass.move(index, "success", "nothing_to_execute", { tryNumber, skips: direct });
  skipInPass(pass, index, direct);
}

/** Starts the next try, or goes on with the one that was interrupted by a wait. */
function startTry(pass: DecisionPass, index: number, task: SerializedTask, now: Instant): void {
  const state = pass.stateOf(index);
  const { tryNumber } = pass.instance(index);
  // A sensor that comes back goes on with the try it was in.
  if (state === "up_for_reschedule") pass.move(index, "scheduled", "reschedule_due");
  else if (task.runtime === "none") completeBuiltin(pass, index, task, now);
  else {
    const reason = state === "up_for_retry" ? "retry_due" : "dependencies_met";
    pass.move(index, "scheduled", reason, { tryNumber: tryNumber + 1, carry: null });
  }
}

function examineInstance(
  pass: DecisionPass,
  index: number,
  task: SerializedTask,
  rule: RuleOutcome,
  now: Instant,
): void {
  const state = pass.stateOf(index);
  // Whatever its upstream has come to meanwhile: the try has begun. As on Airflow a paused Dag's waits end, and nothing is queued.
  if (state === "deferred" || state === "awaiting_input") endWait(pass, index, now);
  if (state !== null && state !== "up_for_retry" && state !== "up_for_reschedule") return;
  const setups = setupConstraint(pass, task);
  if (setups === "wait") return;
  if (setups === "upstream_failed") pass.move(index, "upstream_failed", "setup_failed");
  else if (setups === "skipped") pass.move(index, "skipped", "setup_skipped");
  else if (state === null && wasSkippedBefore(pass, index, task)) pass.move(index, "skipped", "branch_skipped");
  else if (rule === "wait") return;
  else if (rule === "upstream_failed") pass.move(index, "upstream_failed", "upstream_failed");
  else if (rule === "skipped") pass.move(index, "skipped", "upstream_skipped");
  else {
    const { notBefore } = pass.instance(index);
    // A paused Dag starts nothing; what follows from tasks that are over is still recorded, as on Airflow.
    if (pass.snapshot.dagPaused) return;
    if (state !== null && notBefore !== null && notBefore > now) return;
    if (unmetPastDependencies(pass.snapshot, task).length > 0) return;
    if (!scopeIsDone(pass, index, task)) return;
    startTry(pass, index, task, now);
  }
}

function examineMapped(
  pass: DecisionPass,
  indexes: readonly number[],
  task: SerializedTask,
  rule: RuleOutcome,
  now: Instant,
  means: ExpansionMeans,
): void {
  const [first] = indexes;
  if (first !== undefined && pass.instance(first).mapIndex === NOT_MAPPED) {
    // What was left out by a branch is left out unexpanded.
    if (pass.stateOf(first) === null && wasSkippedBefore(pass, first, task)) {
      pass.move(first, "skipped", "branch_skipped");
    } else examinePlaceholder(pass, first, task, rule, means);
    return;
  }
  if (!reviseExpansion(pass, indexes, task, means)) return;
  const countsOf = pass.snapshot.graph.mappedGroupOf.has(task.taskId) ? upstreamInGroup(pass, task) : null;
  for (const index of indexes) {
    const own =
      countsOf === null ? rule : evaluateTriggerRule(task.triggerRule, countsOf(pass.instance(index).mapIndex));
    examineInstance(pass, index, task, own, now);
  }
}

/**
 * Decides about the instances of the task at a position, given that all upstream tasks have been decided about.
 */
export function examineTask(pass: DecisionPass, position: number, now: Instant, means: ExpansionMeans): void {
  const { graph } = pass.snapshot;
  const task = graph.tasks.get(graph.order[position] ?? "");
  invariant(task, `Dag ${pass.snapshot.dagId} has no task at ${position}`);
  const rule = evaluateTriggerRule(task.triggerRule, pass.upstreamOf(position));
  const indexes = pass.instancesAt(position);
  if (graph.expansions.has(task.taskId)) examineMapped(pass, indexes, task, rule, now, means);
  else for (const index of indexes) examineInstance(pass, index, task, rule, now);
}
