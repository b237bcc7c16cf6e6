import { isTerminalState } from "@windlass/contract";
import { unmetPastDependencies } from "../../src/domain/past-dependencies.ts";
import { loadedRun, previousRunOf } from "./load-in-memory.ts";
import type { RunRow } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** Whether a run goes no further because of a past one that is over: by design it waits until somebody repairs that. */
export function waitsForPast(tables: Tables, run: RunRow): boolean {
  const previous = previousRunOf(tables, run);
  if (!previous) return false;
  const { graph } = tables.version(run.dagVersionId);
  const open = tables.instancesOf(run.id).filter((each) => !isTerminalState(each.state));
  const { snapshot } = loadedRun({ run, isPaused: false }, open, graph, previous);
  return (
    open.every((each) => each.state === null) &&
    open.some(({ taskId }) => {
      const task = graph.tasks.get(taskId);
      if (!task) return false;
      const unmet = unmetPastDependencies(snapshot, task);
      return unmet.some((each) => isTerminalState(previous.states.get(each) ?? null));
    })
  );
}
