import { invariant } from "@windlass/contract";
import type { Instant, TaskInstanceState } from "@windlass/contract";
import type { DagGraph, PreviousRun, TaskInstanceSnapshot } from "../../src/domain/snapshot.ts";
import type { LoadedRun, RunDetails } from "../../src/store/load-run.ts";
import type { InstanceRow, RunRow } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** The two statements of `loadRuns`, apart: between them others may commit. */
export interface RunsRead {
  readonly run: RunRow;
  readonly isPaused: boolean;
}

export function readRuns(tables: Tables, ids: readonly number[], rowOf = runIn(tables)): readonly RunsRead[] {
  return [...new Set(ids)]
    .toSorted((a, b) => a - b)
    .flatMap((id): readonly RunsRead[] => {
      const run = rowOf(id);
      const dag = run && tables.dags.get(run.dagId);
      return run && dag ? [{ run, isPaused: dag.isPaused }] : [];
    });
}

function runIn(tables: Tables): (id: number) => RunRow | undefined {
  return (id) => tables.runs.get(id);
}

/** A run with its task instances, as `loadRuns` puts them together. */
export function loadedRun(
  { run, isPaused }: RunsRead,
  instances: readonly InstanceRow[],
  graph: DagGraph,
  previousRun: PreviousRun | null,
): LoadedRun {
  const details: RunDetails = {
    dagVersionId: run.dagVersionId,
    triggeredBy: run.triggeredBy,
    dataIntervalStart: run.dataIntervalStart,
    dataIntervalEnd: run.dataIntervalEnd,
    params: run.params,
    partitionKey: null,
  };
  return {
    details,
    snapshot: {
      id: run.id,
      version: run.version,
      dagId: run.dagId,
      runId: run.runId,
      state: run.state,
      runType: run.runType,
      logicalDate: run.logicalDate,
      runAfter: run.runAfter,
      queuedAt: run.queuedAt,
      startDate: run.startDate,
      endDate: run.endDate,
      conf: run.conf,
      dagPaused: isPaused,
      graph,
      taskInstances: instances
        .map(snapshotOf)
        .toSorted((a, b) => place(graph, a) - place(graph, b) || a.mapIndex - b.mapIndex),
      previousRun,
    },
  };
}

function place(graph: DagGraph, { taskId }: TaskInstanceSnapshot): number {
  return graph.position.get(taskId) ?? graph.order.length;
}

function snapshotOf(row: InstanceRow): TaskInstanceSnapshot {
  const { id, taskId, mapIndex, state, tryNumber, maxTries, attemptId, startDate, endDate } = row;
  const { scheduledAt, queuedAt, notBefore, carry, trigger, skips, resultLength } = row;
  return {
    ...{
      id,
      taskId,
      mapIndex,
      state,
      tryNumber,
      maxTries,
      attemptId,
      startDate,
      endDate,
      scheduledAt,
      queuedAt,
      notBefore,
    },
    ...(carry !== null && { carry }),
    ...(trigger !== null && { trigger }),
    ...(skips !== null && { skips }),
    ...(resultLength !== null && { resultLength }),
  };
}

export function looksBack(graph: DagGraph | undefined): boolean {
  return graph?.dag.tasks.some((task) => task.dependsOnPast || task.waitForDownstream) ?? false;
}

/** The run before this one by logical date; null where there is none, or it has no task instances. */
export function previousRunOf(tables: Tables, run: RunRow): PreviousRun | null {
  let previous: RunRow | undefined;
  for (const other of tables.runs.values()) {
    if (other.dagId !== run.dagId || other.logicalDate === null || run.logicalDate === null) continue;
    if (other.logicalDate >= run.logicalDate) continue;
    if (previous?.logicalDate == null || other.logicalDate > previous.logicalDate) previous = other;
  }
  if (!previous) return null;
  const states = new Map<string, TaskInstanceState | null>();
  for (const { taskId, state } of tables.instancesOf(previous.id)) states.set(taskId, state);
  return states.size === 0 ? null : { runId: previous.runId, states };
}

/** `listAdmissible`, by an unlocked count. */
export function admissible(
  tables: Tables,
  dagIds: readonly string[] | null,
  now: Instant,
  limit: number,
): readonly number[] {
  const found: RunRow[] = [];
  for (const dag of tables.dags.values()) {
    if (dag.isPaused || (dagIds !== null && !dagIds.includes(dag.dagId))) continue;
    const runs = [...tables.runs.values()].filter((run) => run.dagId === dag.dagId);
    const running = runs.filter((run) => run.state === "running").length;
    const bound = tables.versions.get(dag.currentVersionId)?.dag.maxActiveRuns ?? 1;
    const due = runs.filter(
      (run) =>
        run.state === "queued" && run.runAfter <= now && running < tables.version(run.dagVersionId).dag.maxActiveRuns,
    );
    found.push(...due.toSorted(byRunAfter).slice(0, Math.max(0, bound - running)));
  }
  return found
    .toSorted(byRunAfter)
    .slice(0, limit)
    .map((run) => run.id);
}

export function byRunAfter(a: RunRow, b: RunRow): number {
  if (a.runAfter !== b.runAfter) return a.runAfter < b.runAfter ? -1 : 1;
  return a.id - b.id;
}

/** The graphs of versions, each of which there must be. */
export function graphIn(graphs: ReadonlyMap<number, DagGraph>, versionId: number): DagGraph {
  const graph = graphs.get(versionId);
  invariant(graph, `version ${String(versionId)} has no graph`);
  return graph;
}
