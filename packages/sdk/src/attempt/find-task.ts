import type { DagDefinition, TaskDefinition } from "../authoring/definition.ts";

/** The tasks of loaded Dags by id, to find a handler at once. */
export type TaskIndex = ReadonlyMap<string, ReadonlyMap<string, TaskDefinition>>;

/** Indexes Dags by id; of two with the same id the first counts, as for the parser. */
export function indexTasks(dags: readonly DagDefinition[]): TaskIndex {
  const index = new Map<string, ReadonlyMap<string, TaskDefinition>>();
  for (const dag of dags) {
    if (dag.serving === "pending") continue;
    if (!index.has(dag.dagId)) index.set(dag.dagId, new Map(dag.tasks.map((task) => [task.taskId, task])));
  }
  return index;
}
