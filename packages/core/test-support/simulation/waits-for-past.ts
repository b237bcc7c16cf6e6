import { isTerminalRunState, isTerminalState } from "@windlass/contract";
import { unmetPastDependencies } from "../../src/domain/past-dependencies.ts";
import { loadedRun, previousRunOf } from "./load-in-memory.ts";
import type { RunRow } from "./rows.ts";
import type { Tables } from "./tables.ts";

/**
 * Whether a run goes no further because of a past one that is over, or that cannot begin because the runs behind it have all the places: it waits until
 * somebody repairs that.
 */
export function waitsForPast(tables: Tables, run: RunRow): boolean {
  const previous = previousRunOf(tables, run);
  if (!previous) return false;
  const { graph } = tables.version(run.dagVersionId);
  const siblings = [...tables.runs.values()].filter((each) => each.dagId === run.dagId);
  const isPastOver = siblings.some((each) => each.runId === previous.runId && isTerminalRunState(each.state));
  const isFull =
    siblings.some((each) => each.runId === previous.runId && each.state === "queued") &&
    siblings.filter((each) => each.state === "running").length >= graph.dag.maxActiveRuns;
  const open = tables.instancesOf(run.id).filter((each) => !isTerminalState(each.state));
  const { snapshot } = loadedRun({ run, isPaused: false }, open, graph, previous);
  return (
    // A try that is over and may be repeated asks about the past anew.
    open.every((each) => each.state === null || each.state === "up_for_retry") &&
    open.some(({ taskId }) => {
      const task = graph.tasks.get(taskId);
      if (!task) return false;
      const unmet = unmetPastDependencies(snapshot, task);
      return (
        unmet.length > 0 &&
        (isFull || isPastOver || unmet.some((each) => isTerminalState(previous.states.get(each) ?? null)))
      );
    })
  );
}
