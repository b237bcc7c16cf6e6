import { invariant, type SerializedDag, type SerializedTask } from "@windlass/contract";
import { effectiveWeights } from "./effective-weight.ts";
import { mappedTasks } from "./mapping/mapped-tasks.ts";
import { awaitedByTeardown, indirectSetups, scopesOf } from "./setup-teardown/relevant-setups.ts";
import type { DagGraph } from "./snapshot.ts";

/** Task ids, upstream before downstream, otherwise in the order of the file. */
function topologicalOrder(dag: SerializedDag, downstream: ReadonlyMap<string, readonly string[]>): string[] {
  const missing = new Map(dag.tasks.map((task) => [task.taskId, new Set(task.upstreamTaskIds).size]));
  const order = dag.tasks.filter((task) => task.upstreamTaskIds.length === 0).map((task) => task.taskId);
  // The list grows while it is walked.
  for (const taskId of order) {
    for (const next of downstream.get(taskId) ?? []) {
      const left = (missing.get(next) ?? 0) - 1;
      missing.set(next, left);
      if (left === 0) order.push(next);
    }
  }
  invariant(order.length === dag.tasks.length, `Dag ${dag.dagId} has a cycle, which its loading should have refused`);
  return order;
}

/**
 * The tasks whose end decides the run's: those without downstream. A teardown neither counts as somebody's downstream nor decides itself,
 * unless it is marked `onFailureFailDagRun`; in a Dag of nothing but teardowns, they all decide.
 */
function decidingTasks(
  dag: SerializedDag,
  tasks: ReadonlyMap<string, SerializedTask>,
  downstream: DagGraph["downstream"],
): string[] {
  const ignorable = (task: SerializedTask | undefined): boolean =>
    task !== undefined && task.isTeardown && !task.onFailureFailDagRun;
  const below = (task: SerializedTask): readonly string[] => downstream.get(task.taskId) ?? [];
  const leaves = dag.tasks.filter((task) => !ignorable(task) && below(task).every((id) => ignorable(tasks.get(id))));
  const deciding = leaves.length > 0 ? leaves : dag.tasks.filter((task) => below(task).length === 0);
  return deciding.map((task) => task.taskId);
}

/** Branches, short circuits and latest-only tasks directly above each task. */
function skippersOf(dag: SerializedDag, tasks: ReadonlyMap<string, SerializedTask>): DagGraph["skippers"] {
  const mayWithhold = (id: string): boolean => {
    const task = tasks.get(id);
    return task?.isBranch === true || task?.builtin?.kind === "latest_only";
  };
  return new Map(
    dag.tasks.flatMap((task) => {
      const above = task.upstreamTaskIds.filter(mayWithhold);
      return above.length === 0 ? [] : [[task.taskId, above] as const];
    }),
  );
}

/**
 * Prepares a Dag for decisions. Once a Dag version: it walks all edges and sums the weights.
 * @throws InvariantError where an upstream task does not exist or the tasks form a cycle; the SDK refuses such a file when it loads it
 */
export function buildGraph(dag: SerializedDag): DagGraph {
  const tasks = new Map(dag.tasks.map((task) => [task.taskId, task]));
  const downstream = new Map<string, string[]>(dag.tasks.map((task) => [task.taskId, []]));
  for (const task of dag.tasks) {
    for (const upstream of new Set(task.upstreamTaskIds)) {
      const below = downstream.get(upstream);
      invariant(below, `task ${task.taskId} of Dag ${dag.dagId} stands behind ${upstream}, which does not exist`);
      below.push(task.taskId);
    }
  }
  const order = topologicalOrder(dag, downstream);
  const indirect = indirectSetups({ tasks, downstream });
  const awaited = awaitedByTeardown({ tasks, downstream });
  return {
    dag,
    tasks,
    downstream,
    order,
    position: new Map(order.map((taskId, index) => [taskId, index])),
    deciding: decidingTasks(dag, tasks, downstream),
    ...mappedTasks(dag),
    skippers: skippersOf(dag, tasks),
    indirectSetups: indirect,
    awaitedByTeardown: awaited,
    scopeOf: scopesOf(indirect, awaited),
    effectiveWeight: effectiveWeights(tasks, order, downstream),
  };
}
