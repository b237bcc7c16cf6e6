import { isTest, packageOf, type Finding, type Source } from "../source.ts";
import type { Manifest } from "../repository.ts";
import { resolveImport } from "../resolve.ts";

/**
 * What a package imports stands in its own package.json, so that it works outside this workspace too; and one of ours that stands there is
 * really imported. (Unused third-party parts are found by knip.)
 */
export function dependencies(sources: readonly Source[], manifests: readonly Manifest[]): Finding[] {
  return manifests.flatMap((manifest) => {
    const own = sources.filter((source) => packageOf(source.path) === manifest.folder && !isTest(source.path));
    if (own.length === 0) return [];
    const used = new Set<string>();
    const missing = own.flatMap((source) =>
      source.imports.flatMap((edge) => {
        const target = resolveImport(source.path, edge.specifier, manifests);
        if (target.kind === "file" || target.kind === "builtin") return [];
        const name = target.kind === "ours" ? target.manifest.name : target.name;
        used.add(name);
        if (name === manifest.name) return [];
        if (manifest.dependencies.includes(name)) return [];
        // A type leaves nothing behind when it runs, and a bundled app needs its parts only while it is built.
        if ((edge.typeOnly || manifest.folder === "ui") && manifest.devDependencies.includes(name)) return [];
        if (edge.typeOnly && manifest.devDependencies.concat(manifest.dependencies).includes(typesOf(name))) return [];
        const file = `packages/${manifest.folder}/package.json`;
        return [{ path: source.path, line: edge.line, what: `${name} is not among the dependencies of ${file}` }];
      }),
    );
    const idle = manifest.dependencies
      .filter((name) => manifests.some((other) => other.name === name) && !used.has(name))
      .map((name) => ({
        path: `packages/${manifest.folder}/package.json`,
        line: 1,
        what: `${name} is never imported`,
      }));
    return [...missing, ...idle];
  });
}

function typesOf(name: string): string {
  return `@types/${name.replace("@", "").replace("/", "__")}`;
}
