import { isTerminalState, NOT_MAPPED, type SerializedExpand } from "@windlass/contract";
import type { DecisionPass } from "../decision-pass.ts";
import { expansionLength } from "./expansion-length.ts";
import { expansionSources, tasksOfSource } from "./mapped-tasks.ts";

/** What the sources of an expansion say: wait, or how it ends without starting, or how many instances there are. */
export type SourcesSay = "wait" | "upstream_failed" | "skipped" | number;

/**
 * Airflow's MappedTaskUpstreamDep: no source may have ended without having run. Those of a mapped task that has its instances have to be over, however: the
 * values of those that succeeded are enough.
 */
export function expansionSays(pass: DecisionPass, expand: SerializedExpand): SourcesSay {
  const { graph } = pass.snapshot;
  let worst: "ready" | "wait" | "skipped" = "ready";
  for (const taskId of new Set(expansionSources(expand).flatMap(tasksOfSource))) {
    for (const index of pass.instancesAt(graph.position.get(taskId) ?? -1)) {
      const state = pass.stateOf(index);
      const isExpanded = pass.instance(index).mapIndex !== NOT_MAPPED;
      if (!isTerminalState(state)) worst = worst === "ready" ? "wait" : worst;
      else if (isExpanded) continue;
      else if (state === "failed" || state === "upstream_failed") return "upstream_failed";
      else if (state === "skipped") worst = "skipped";
    }
  }
  if (worst !== "ready") return worst;
  return expansionLength(expand, (taskId) => lengthOfResult(pass, taskId)) ?? "upstream_failed";
}

function lengthOfResult(pass: DecisionPass, taskId: string): number | null {
  const { graph } = pass.snapshot;
  const instances = pass.instancesAt(graph.position.get(taskId) ?? -1);
  if (!graph.expansions.has(taskId)) {
    const [only] = instances;
    return only === undefined ? null : pass.resultLengthOf(only);
  }
  return instances.reduce(
    (sum, index) => sum + (pass.stateOf(index) === "success" ? (pass.resultLengthOf(index) ?? 0) : 0),
    0,
  );
}
