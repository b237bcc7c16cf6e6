import { buildGraph } from "../../domain/graph.ts";
import type { DagGraph } from "../../domain/snapshot.ts";
import type { DagVersionRow } from "../../store/dag-versions.ts";

/** A version that runs are on. */
export interface PreparedVersion {
  readonly graph: DagGraph;
  readonly bundleHash: string;
}

const KEPT = 1_000;

/** Prepared Dags by version. A version never changes, so what was loaded once stays right; the least recently used go first. */
export class DagVersions {
  readonly #versions = new Map<number, PreparedVersion>();

  get(id: number): PreparedVersion | undefined {
    const found = this.#versions.get(id);
    if (found) {
      this.#versions.delete(id);
      this.#versions.set(id, found);
    }
    return found;
  }

  /** The graphs of versions, loading those that are missing. */
  async graphs(
    load: (ids: readonly number[]) => Promise<readonly DagVersionRow[]>,
    ids: readonly number[],
  ): Promise<ReadonlyMap<number, DagGraph>> {
    const missing = ids.filter((id) => !this.get(id));
    for (const row of await load(missing)) {
      this.#versions.set(row.id, { graph: buildGraph(row.dag), bundleHash: row.bundleHash });
    }
    const graphs = new Map<number, DagGraph>();
    for (const id of ids) {
      const found = this.#versions.get(id);
      if (found) graphs.set(id, found.graph);
    }
    for (const id of this.#versions.keys()) {
      if (this.#versions.size <= KEPT) break;
      if (!graphs.has(id)) this.#versions.delete(id);
    }
    return graphs;
  }
}
