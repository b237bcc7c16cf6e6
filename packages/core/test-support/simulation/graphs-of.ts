import type { SerializedDag } from "@windlass/contract";
import { buildGraph } from "../../src/domain/graph.ts";
import type { DagGraph } from "../../src/domain/snapshot.ts";
import type { SchedulerStore } from "../../src/services/scheduler/scheduler-store.ts";

const prepared = new WeakMap<SerializedDag, DagGraph>();

/** The prepared Dags of versions; each is prepared once. */
export async function graphsOf(
  store: Pick<SchedulerStore, "loadDagVersions">,
  ids: readonly number[],
): Promise<ReadonlyMap<number, DagGraph>> {
  return new Map((await store.loadDagVersions(ids)).map(({ id, dag }) => [id, graphOf(dag)]));
}

function graphOf(dag: SerializedDag): DagGraph {
  let graph = prepared.get(dag);
  if (!graph) prepared.set(dag, (graph = buildGraph(dag)));
  return graph;
}
