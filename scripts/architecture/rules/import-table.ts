import { isTest, packageOf, type Finding, type Source } from "../source.ts";
import type { Manifest } from "../repository.ts";
import { resolveImport } from "../resolve.ts";

/** What each package may import of ours: the table of the design, entry by entry. `*` means every declared entry. */
const packageTable: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  contract: {},
  sdk: { "@windlass/contract": ["*"] },
  core: { "@windlass/contract": ["*"] },
  server: { "@windlass/contract": ["*"], "@windlass/core": ["./actions", "./queries"] },
  ui: { "@windlass/contract": ["./browser"] },
  cli: { "@windlass/contract": ["*"], "@windlass/sdk": ["*"], "@windlass/core": ["*"], "@windlass/server": ["*"] },
};

/** `dag.test()` runs the engine's own rules, so this one folder of the sdk reaches the pure part of core. */
const sdkTesting = { folder: "packages/sdk/src/testing/", name: "@windlass/core", entry: "./domain" };

/** The rooms of core in their order: each may import only those before it. */
const coreOrder = ["domain", "database", "store", "queries", "actions", "executors", "services"] as const;

/** Packages import of ours only what the table allows, and never by a path that leaves the package. Tests may use any declared entry. */
export function importTable(sources: readonly Source[], manifests: readonly Manifest[]): Finding[] {
  return sources.flatMap((source) =>
    source.imports.flatMap((edge) => {
      const what = forbidden(source.path, edge.specifier, manifests);
      return what ? [{ path: source.path, line: edge.line, what }] : [];
    }),
  );
}

/** Inside core, imports go down the order of rooms, never up. */
export function coreRooms(sources: readonly Source[]): Finding[] {
  const order: readonly string[] = coreOrder;
  return sources
    .filter((source) => source.path.startsWith("packages/core/src/") && !isTest(source.path))
    .flatMap((source) => {
      const from = roomOf(source.path);
      if (from === undefined || !order.includes(from)) {
        return [{ path: source.path, line: 1, what: `not in a room of core (${order.join(", ")})` }];
      }
      return source.imports.flatMap((edge) => {
        const target = resolveImport(source.path, edge.specifier, []);
        const to = target.kind === "file" ? roomOf(target.path) : undefined;
        if (to === undefined || to === from || order.indexOf(to) < order.indexOf(from)) return [];
        return [
          {
            path: source.path,
            line: edge.line,
            what: `${from} may not import ${to}: the order is ${order.join(", ")}`,
          },
        ];
      });
    });
}

function forbidden(path: string, specifier: string, manifests: readonly Manifest[]): string | undefined {
  const home = packageOf(path);
  const target = resolveImport(path, specifier, manifests);
  if (target.kind === "file") {
    if (packageOf(target.path) === home && target.path.startsWith("packages/")) return undefined;
    if (isTest(path) && /^packages\/[^/]+\/test-support\//.test(target.path)) return undefined;
    return `leaves its package by a path (${specifier}): import the other package by its name`;
  }
  if (target.kind !== "ours") return undefined;
  if (!(target.entry in target.manifest.exports)) {
    return `${specifier} is not among the exports of ${target.manifest.name}`;
  }
  if (isTest(path)) return undefined;
  if (target.manifest.folder === home) return `imports its own package by name (${specifier}): use a relative path`;
  if (
    path.startsWith(sdkTesting.folder) &&
    target.manifest.name === sdkTesting.name &&
    target.entry === sdkTesting.entry
  ) {
    return undefined;
  }
  const allowed = packageTable[home ?? ""]?.[target.manifest.name] ?? [];
  if (allowed.includes("*") || allowed.includes(target.entry)) return undefined;
  return `${home ?? "?"} may not import ${specifier} (the import table)`;
}

function roomOf(path: string): string | undefined {
  return /^packages\/core\/src\/([^/]+)\//.exec(path)?.[1];
}
