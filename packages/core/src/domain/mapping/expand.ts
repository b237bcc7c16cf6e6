import { isTerminalState, type SerializedExpand } from "@windlass/contract";
import type { DecisionPass } from "../decision-pass.ts";
import { expansionLength } from "./expansion-length.ts";
import { expansionSources, tasksOfSource } from "./mapped-tasks.ts";

/** What the sources of an expansion say: wait, or how it ends without starting, or how many instances there are. */
export type SourcesSay = "wait" | "upstream_failed" | "skipped" | number;

/** Airflow's MappedTaskUpstreamDep: everything that is mapped over has to have succeeded. */
export function expansionSays(pass: DecisionPass, expand: SerializedExpand): SourcesSay {
  const { graph } = pass.snapshot;
  let worst: "ready" | "skipped" | "upstream_failed" = "ready";
  for (const taskId of new Set(expansionSources(expand).flatMap(tasksOfSource))) {
    const mapped = graph.expansions.has(taskId);
    for (const index of pass.instancesAt(graph.position.get(taskId) ?? -1)) {
      const state = pass.stateOf(index);
      if (!isTerminalState(state)) return "wait";
      if (state === "failed" || state === "upstream_failed") worst = "upstream_failed";
      // Of a mapped task the others' values are enough.
      else if (state === "skipped" && !mapped && worst === "ready") worst = "skipped";
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
