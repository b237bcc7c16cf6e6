import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { LoadError } from "@windlass/contract";
import type { DagTestOptions, DagTestResult } from "../authoring/dag-test.ts";
import { definitionKey } from "../authoring/definition.ts";
import { recordDags } from "../authoring/recorder.ts";
import { bundleFile } from "./bundle.ts";
import { chooseDags } from "./choose-dags.ts";
import { resolveOwnModules } from "./own-modules.ts";

/** A Dag of a file that was loaded into this process. */
export interface LoadedDag {
  readonly dagId: string;
  test(options?: DagTestOptions): Promise<DagTestResult>;
}

/** What came of loading a file into this process. */
export interface LoadedFile {
  readonly dags: readonly LoadedDag[];
  /** Why it does not compile; a file that throws rejects instead. */
  readonly errors: readonly LoadError[];
}

let hooked = false;

/** Stands behind `loadDags` of the runtime's entry. */
export async function loadFile(path: string): Promise<LoadedFile> {
  if (!hooked) resolveOwnModules();
  hooked = true;
  process.setSourceMapsEnabled(true);
  const bundle = await bundleFile(dirname(path), basename(path));
  if (bundle.code === null) return { dags: [], errors: bundle.errors };
  const folder = await mkdtemp(join(tmpdir(), "windlass-load-"));
  try {
    const file = join(folder, `${bundle.hash}.mjs`);
    await writeFile(file, bundle.code);
    const { loaded, made } = await recordDags(() => import(pathToFileURL(file).href) as Promise<object>);
    const chosen = chooseDags(loaded, made, basename(path), () => undefined);
    const { testDag } = await import("../testing/test-dag.ts");
    const dags = chosen.map((dag) => ({
      dagId: dag.dagId,
      test: (options?: DagTestOptions) => testDag({ [definitionKey]: dag }, options),
    }));
    return { dags, errors: [] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
