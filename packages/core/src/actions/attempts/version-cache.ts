import type { Database, Sql } from "../../database/sql.ts";
import { buildGraph } from "../../domain/graph.ts";
import type { DagGraph } from "../../domain/snapshot.ts";
import { loadDagVersions } from "../../store/dag-versions.ts";

/** A Dag version, prepared for decisions. */
export interface PreparedVersion {
  readonly graph: DagGraph;
  readonly bundleHash: string;
}

const MOST = 200;

// A version never changes, so what is known of one stays right; only how many are kept is bounded.
const prepared = new WeakMap<Database, Map<number, PreparedVersion>>();

/** Prepared Dag versions by their keys; what was read before is not read again. */
export async function preparedVersions(
  database: Database,
  sql: Sql,
  ids: readonly number[],
): Promise<ReadonlyMap<number, PreparedVersion>> {
  const known = prepared.get(database) ?? new Map<number, PreparedVersion>();
  prepared.set(database, known);
  const missing = ids.filter((id) => !known.has(id));
  for (const { id, dag, bundleHash } of await loadDagVersions(sql, missing))
    known.set(id, { graph: buildGraph(dag), bundleHash });
  const found = new Map<number, PreparedVersion>();
  for (const id of ids) {
    const version = known.get(id);
    if (version) found.set(id, version);
  }
  for (const id of known.keys()) {
    if (known.size <= MOST) break;
    known.delete(id);
  }
  return found;
}
