import { Dag, handlerOf } from "./dag.ts";
import { AirflowSdkMisuse } from "./misuse.ts";
import type { TaskHandler } from "./task.ts";

/** Adds Dags to those that are there, all or none. */
export function addDags(into: Map<string, Dag>, dags: readonly unknown[]): void {
  const incoming = new Map<string, Dag>();
  for (const dag of dags) {
    if (!(dag instanceof Dag)) throw new AirflowSdkMisuse("only Dag instances can be registered");
    if (into.has(dag.dagId) || incoming.has(dag.dagId)) {
      throw new AirflowSdkMisuse(`Dag "${dag.dagId}" is already registered`);
    }
    incoming.set(dag.dagId, dag);
  }
  for (const [dagId, dag] of incoming) into.set(dagId, dag);
}

const DAGS = new WeakMap<DagRegistry, Map<string, Dag>>();

/** The Dags of a registry. */
export function dagsOf(registry: DagRegistry): readonly Dag[] {
  return [...(DAGS.get(registry)?.values() ?? [])];
}

/** Dags by id, for `serveDags`. */
export class DagRegistry {
  readonly #dags = new Map<string, Dag>();

  constructor(...dags: Dag[]) {
    DAGS.set(this, this.#dags);
    this.register(...dags);
  }

  /** Adds Dags. Where one of them cannot be added, none is. */
  register(...dags: Dag[]): void {
    addDags(this.#dags, dags);
  }

  /** A task's handler as it was given; undefined where there is none. */
  getTaskHandler(dagId: string, taskId: string): TaskHandler | undefined {
    const dag = this.#dags.get(dagId);
    return dag && handlerOf(dag, taskId);
  }
}
