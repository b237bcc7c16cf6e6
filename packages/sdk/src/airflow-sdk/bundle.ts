import { type Dag, serveFromBundle } from "./dag.ts";
import { addDags } from "./registry.ts";
import { claimServe } from "./serve.ts";

/** Dags that are declared in TypeScript alone, with their options and edges. */
export class Bundle {
  readonly #dags = new Map<string, Dag>();

  /** Adds Dags. Where one of them cannot be added, none is. */
  register(...dags: Dag[]): void {
    addDags(this.#dags, dags);
  }

  /** Makes the Dags those of the file that is being loaded. Once for each file. */
  async serve(): Promise<void> {
    claimServe("bundle.serve()");
    for (const dag of this.#dags.values()) serveFromBundle(dag);
  }
}
