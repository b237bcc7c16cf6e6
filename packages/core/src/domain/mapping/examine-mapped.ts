import {
  NOT_MAPPED,
  type AttemptError,
  type SerializedExpand,
  type SerializedTask,
  type TaskInstanceState,
  type TriggerRule,
} from "@windlass/contract";
import type { NewInstance } from "../advance.ts";
import type { DecisionPass } from "../decision-pass.ts";
import { setupConstraint } from "../setup-teardown/setup-constraint.ts";
import { evaluateTriggerRule } from "../trigger-rules/evaluate.ts";
import { countUpstream, noUpstream, type RuleOutcome, type UpstreamCounts } from "../trigger-rules/upstream-counts.ts";
import { expansionSays } from "./expand.ts";
import { expansionSources, tasksOfSource } from "./mapped-tasks.ts";

/** What expanding needs from outside. */
export interface ExpansionMeans {
  readonly takeIds: (count: number) => readonly NewInstance[] | undefined;
  readonly maxMapLength: number;
}

/**
 * The upstream of each instance of a task in a mapped group: of tasks of the same group only the instance with the same map index, of all others
 * every instance. Those others are counted once for all map indexes.
 */
export function upstreamInGroup(pass: DecisionPass, task: SerializedTask): (mapIndex: number) => UpstreamCounts {
  const { graph } = pass.snapshot;
  const group = graph.mappedGroupOf.get(task.taskId);
  const outside = noUpstream();
  const inside: { readonly position: number; readonly isSetup: boolean }[] = [];
  for (const upstream of new Set(task.upstreamTaskIds)) {
    const isSetup = graph.tasks.get(upstream)?.isSetup === true;
    const position = graph.position.get(upstream) ?? -1;
    if (graph.mappedGroupOf.get(upstream) === group) inside.push({ position, isSetup });
    else for (const index of pass.instancesAt(position)) countUpstream(outside, pass.stateOf(index), isSetup, 1);
  }
  return (mapIndex) => {
    const counts = { ...outside };
    for (const { position, isSetup } of inside) {
      const index = pass.instanceWith(position, mapIndex);
      // One that is still to be made is one that is not done.
      countUpstream(counts, index === undefined ? null : pass.stateOf(index), isSetup, 1);
    }
    return counts;
  };
}

/** Rules that one upstream instance can satisfy: before the group is expanded, every instance counts for them. */
const BY_ONE: readonly TriggerRule[] = ["one_success", "one_failed", "one_done", "none_failed_min_one_success"];

/**
 * The upstream of a task in a mapped group that has its placeholder still, as on Airflow: of tasks of the same group only those that have no instances
 * either, since each of its own instances will look at one of theirs.
 */
function upstreamOfPlaceholder(pass: DecisionPass, task: SerializedTask): UpstreamCounts {
  const { graph } = pass.snapshot;
  const group = graph.mappedGroupOf.get(task.taskId);
  const counts = noUpstream();
  for (const upstream of new Set(task.upstreamTaskIds)) {
    const isSetup = graph.tasks.get(upstream)?.isSetup === true;
    const all = graph.mappedGroupOf.get(upstream) !== group || BY_ONE.includes(task.triggerRule);
    for (const index of pass.instancesAt(graph.position.get(upstream) ?? -1)) {
      if (all || pass.instance(index).mapIndex === NOT_MAPPED) countUpstream(counts, pass.stateOf(index), isSetup, 1);
    }
  }
  return counts;
}

/** What the upstream says about a placeholder: the setups of its scope, its trigger rule. */
function upstreamSays(pass: DecisionPass, task: SerializedTask, rule: RuleOutcome): RuleOutcome {
  const setups = setupConstraint(pass, task);
  if (setups === "upstream_failed" || setups === "skipped") return setups;
  const inGroup = pass.snapshot.graph.mappedGroupOf.has(task.taskId);
  const own = inGroup ? evaluateTriggerRule(task.triggerRule, upstreamOfPlaceholder(pass, task)) : rule;
  return own === "ready" ? setups : own;
}

/**
 * Decides about a mapped task that has its placeholder still: expands it when its upstream and its sources allow it. As on Airflow, what is mapped over
 * literals has its instances from the beginning.
 */
export function examinePlaceholder(
  pass: DecisionPass,
  index: number,
  task: SerializedTask,
  rule: RuleOutcome,
  means: ExpansionMeans,
): void {
  const { graph, dagPaused } = pass.snapshot;
  const expand = graph.expansions.get(task.taskId);
  if (expand === undefined || pass.stateOf(index) !== null) return;
  const says = expansionSays(pass, expand);
  const isLiteral = typeof says === "number" && says > 0 && isOfLiterals(expand);
  const upstream = isLiteral ? "ready" : upstreamSays(pass, task, rule);
  // Whichever of the two is worse: a source that failed counts, whatever the trigger rule makes of it.
  if (says === "upstream_failed" || upstream === "upstream_failed") {
    return end(pass, index, "upstream_failed", "upstream_failed");
  }
  if (says === "skipped" || upstream === "skipped") return end(pass, index, "skipped", "upstream_skipped");
  if (says === "wait" || upstream === "wait" || dagPaused) return;
  if (says === 0) return end(pass, index, "skipped", "mapped_over_nothing");
  if (says > means.maxMapLength) {
    return pass.move(index, "upstream_failed", "mapping_too_long", { error: tooLong(task, says, means.maxMapLength) });
  }
  const made = takeInstances(
    pass,
    Array.from({ length: says - 1 }, (_, other) => other + 1),
    means,
  );
  if (made === undefined) return;
  pass.expand({
    kind: "expand",
    taskId: task.taskId,
    placeholderId: pass.instance(index).id,
    made,
    reason: "expanded",
  });
}

function isOfLiterals(expand: SerializedExpand): boolean {
  return expansionSources(expand).flatMap(tasksOfSource).length === 0;
}

/** Expands what is mapped over literals, before anything else of a run is decided: as on Airflow it has its instances from the beginning. */
export function expandLiterals(pass: DecisionPass, means: ExpansionMeans): void {
  const { graph } = pass.snapshot;
  for (const [taskId, expand] of graph.expansions) {
    if (!isOfLiterals(expand)) continue;
    const task = graph.tasks.get(taskId);
    const [index] = pass.instancesAt(graph.position.get(taskId) ?? -1);
    if (task === undefined || index === undefined || pass.instance(index).mapIndex !== NOT_MAPPED) continue;
    if (expansionSays(pass, expand) !== 0) examinePlaceholder(pass, index, task, "wait", means);
  }
}

function tooLong({ taskId }: SerializedTask, length: number, bound: number): AttemptError {
  const message = `Task ${taskId} would have ${length} mapped instances; max_map_length allows ${bound}.`;
  return { kind: "unmappable", name: "MappingTooLong", message, stack: null };
}

function end(
  pass: DecisionPass,
  index: number,
  to: "skipped" | "upstream_failed",
  reason: "upstream_failed" | "upstream_skipped" | "mapped_over_nothing",
): void {
  pass.move(index, to, reason);
}

function takeInstances(pass: DecisionPass, mapIndexes: readonly number[], means: ExpansionMeans) {
  const taken = mapIndexes.length === 0 ? [] : means.takeIds(mapIndexes.length);
  if (taken === undefined) {
    pass.idsWanted += mapIndexes.length;
    return undefined;
  }
  return mapIndexes.flatMap((mapIndex, at) => {
    const given = taken[at];
    return given === undefined ? [] : [{ ...given, mapIndex }];
  });
}

/** States in which an instance has an attempt: it is left to end, also where the mapping has become too short for it. */
const HAS_ATTEMPT: readonly (TaskInstanceState | null)[] = [
  "queued",
  "running",
  "restarting",
  "deferred",
  "awaiting_input",
  "removed",
];

/**
 * After a clear the sources may have another length than before: instances that are missing are made, those that are too many are removed, as on
 * Airflow also where they are over.
 * @returns false: keys for missing instances have to come first; until then the others are to wait, or nothing would ask for them again
 */
export function reviseExpansion(
  pass: DecisionPass,
  indexes: readonly number[],
  task: SerializedTask,
  means: ExpansionMeans,
): boolean {
  const expand = pass.snapshot.graph.expansions.get(task.taskId);
  if (expand === undefined || !indexes.some((index) => pass.stateOf(index) === null)) return true;
  const says = expansionSays(pass, expand);
  if (typeof says !== "number" || says > means.maxMapLength) return true;
  const known = new Set<number>();
  for (const index of indexes) {
    const { mapIndex } = pass.instance(index);
    known.add(mapIndex);
    if (mapIndex >= says && !HAS_ATTEMPT.includes(pass.stateOf(index))) pass.move(index, "removed", "task_removed");
  }
  const missing = Array.from({ length: says }, (_, mapIndex) => mapIndex).filter((mapIndex) => !known.has(mapIndex));
  if (missing.length === 0) return true;
  const made = takeInstances(pass, missing, means);
  if (made === undefined) return false;
  pass.expand({ kind: "expand", taskId: task.taskId, placeholderId: null, made, reason: "expanded" });
  return true;
}
