import type { AttemptError, SerializedTask, TaskInstanceState } from "@windlass/contract";
import type { NewInstance } from "../advance.ts";
import type { DecisionPass } from "../decision-pass.ts";
import { countUpstream, noUpstream, type RuleOutcome, type UpstreamCounts } from "../trigger-rules/upstream-counts.ts";
import { expansionSays } from "./expand.ts";

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

/**
 * Decides about a mapped task that has its placeholder still: expands it when its sources are there. As on Airflow a task in a mapped group is
 * expanded as soon as the group's sources are, whatever its own upstream does.
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
  const inGroup = graph.mappedGroupOf.has(task.taskId);
  if (!inGroup && rule === "wait") return;
  if (!inGroup && rule === "upstream_failed") return end(pass, index, "upstream_failed", "upstream_failed");
  if (!inGroup && rule === "skipped") return end(pass, index, "skipped", "upstream_skipped");
  if (dagPaused) return;
  const says = expansionSays(pass, expand);
  if (says === "wait") return;
  if (says === "upstream_failed") return end(pass, index, "upstream_failed", "upstream_failed");
  if (says === "skipped") return end(pass, index, "skipped", "upstream_skipped");
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
