import {
  instant,
  SERIALIZED_DAG_VERSION,
  type SerializedDag,
  type SerializedTask,
  type TaskInstanceState,
} from "@windlass/contract";
import { buildGraph } from "../graph.ts";
import type { RunSnapshot, TaskInstanceSnapshot } from "../snapshot.ts";

/** The moment at which the runs of these tests are made. */
export const START = instant("2026-03-01T00:00:00Z");

/** A task that does something, without upstream unless told. */
export function makeTask(
  taskId: string,
  upstream: readonly string[] = [],
  change: Partial<SerializedTask> = {},
): SerializedTask {
  return {
    taskId,
    displayName: null,
    operator: "task",
    runtime: "typescript",
    owner: "airflow",
    docMd: null,
    upstreamTaskIds: upstream,
    inputs: {},
    triggerRule: "all_success",
    retry: { attempts: 0, delaySeconds: 300, backoff: "none", maxDelaySeconds: null, multiplier: 2 },
    executionTimeoutSeconds: null,
    pool: "default_pool",
    poolSlots: 1,
    priorityWeight: 1,
    weightRule: "downstream",
    queue: "default",
    dependsOnPast: false,
    waitForDownstream: false,
    maxActivePerDag: null,
    maxActivePerRun: null,
    isSetup: false,
    isTeardown: false,
    onFailureFailDagRun: false,
    taskGroupId: null,
    expand: null,
    doXcomPush: true,
    outlets: [],
    inlets: [],
    templateFields: {},
    extra: {},
    ...change,
  };
}

/** Retries of a task: so many, with a delay of 60 seconds. */
export function retries(attempts: number, change: Partial<SerializedTask["retry"]> = {}): Partial<SerializedTask> {
  return { retry: { attempts, delaySeconds: 60, backoff: "none", maxDelaySeconds: null, multiplier: 2, ...change } };
}

/** A Dag of these tasks. */
export function makeDag(tasks: readonly SerializedTask[], change: Partial<SerializedDag> = {}): SerializedDag {
  return {
    version: SERIALIZED_DAG_VERSION,
    dagId: "tested",
    displayName: null,
    description: null,
    docMd: null,
    tags: [],
    ownerLinks: {},
    timezone: "UTC",
    startDate: null,
    endDate: null,
    schedule: { kind: "none" },
    catchup: false,
    isPausedUponCreation: null,
    maxActiveRuns: 16,
    maxActiveTasks: 16,
    maxConsecutiveFailedDagRuns: 0,
    dagrunTimeoutSeconds: null,
    allowedRunTypes: null,
    params: {},
    requires: { connections: [], variables: [], env: [], pools: [] },
    accessControl: null,
    tasks,
    taskGroups: [],
    edgeLabels: [],
    relativeFileloc: "tested.ts",
    extra: {},
    ...change,
  };
}

/** A task instance as it is made with its run. */
export function makeInstance(
  id: number,
  task: SerializedTask,
  change: Partial<TaskInstanceSnapshot> = {},
): TaskInstanceSnapshot {
  return {
    id,
    taskId: task.taskId,
    mapIndex: -1,
    state: null,
    tryNumber: 0,
    maxTries: task.retry.attempts,
    attemptId: `attempt-${id}-1`,
    startDate: null,
    endDate: null,
    scheduledAt: null,
    queuedAt: null,
    notBefore: null,
    ...change,
  };
}

/** A running run of a Dag of these tasks; `states` sets task instances by task id, the others have no state yet. */
export function makeRun(
  tasks: readonly SerializedTask[],
  states: Readonly<Record<string, TaskInstanceState | null>> = {},
  change: Partial<RunSnapshot> = {},
  dag: Partial<SerializedDag> = {},
): RunSnapshot {
  const graph = buildGraph(makeDag(tasks, dag));
  const taskInstances = graph.order.map((taskId, index) => {
    const task = tasks.find((candidate) => candidate.taskId === taskId) ?? makeTask(taskId);
    return makeInstance(index + 1, task, { state: states[taskId] ?? null });
  });
  return {
    id: 1,
    version: 1,
    dagId: graph.dag.dagId,
    runId: "manual__2026-03-01",
    state: "running",
    runType: "manual",
    logicalDate: START,
    runAfter: START,
    queuedAt: START,
    startDate: START,
    endDate: null,
    conf: {},
    dagPaused: false,
    graph,
    taskInstances,
    previousRun: null,
    ...change,
  };
}

/** The states of a run's task instances by task id; with the map index where there is one. */
export function statesOf(run: RunSnapshot): Record<string, TaskInstanceState | null> {
  return Object.fromEntries(
    run.taskInstances.map(({ taskId, mapIndex, state }) => [mapIndex < 0 ? taskId : `${taskId}[${mapIndex}]`, state]),
  );
}

/** The task instance of an unmapped task. */
export function instanceOf(run: RunSnapshot, taskId: string): TaskInstanceSnapshot {
  const found = run.taskInstances.find((instance) => instance.taskId === taskId);
  if (!found) throw new TypeError(`the run has no task ${taskId}`);
  return found;
}
