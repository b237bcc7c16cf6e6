import { pathToFileURL } from "node:url";
import { indexTasks, type TaskIndex } from "../attempt/find-task.ts";
import { recordDags } from "../authoring/recorder.ts";

/** A bundle that lies on disk. */
export interface BundlePlace {
  readonly hash: string;
  readonly path: string;
}

/** Bundles that this runner has loaded, kept for good: a bundle never changes under its hash. */
export class BundleCache {
  readonly #loaded = new Map<string, TaskIndex>();
  /** Loads go one after the other, since the Dags made meanwhile belong to the one that is loading. */
  #last: Promise<unknown> = Promise.resolve();

  /** The tasks of a bundle that is loaded; undefined where it is not. */
  peek(hash: string): TaskIndex | undefined {
    return this.#loaded.get(hash);
  }

  /** Loads a bundle unless it is. @throws what the bundle throws at its top level */
  load(bundle: BundlePlace): Promise<TaskIndex> {
    const loading = this.#last.then(async () => {
      const known = this.#loaded.get(bundle.hash);
      if (known !== undefined) return known;
      const { made } = await recordDags(() => import(pathToFileURL(bundle.path).href) as Promise<unknown>);
      const index = indexTasks(made);
      this.#loaded.set(bundle.hash, index);
      return index;
    });
    this.#last = loading.catch(() => undefined);
    return loading;
  }
}
