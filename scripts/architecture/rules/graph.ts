import { isTest, type Finding, type Source } from "../source.ts";
import type { Manifest } from "../repository.ts";
import { resolveImport } from "../resolve.ts";

/** The imports that really run: from each file to the files of ours it loads. */
export function runtimeGraph(sources: readonly Source[], manifests: readonly Manifest[]): Map<string, string[]> {
  const known = new Set(sources.map((source) => source.path));
  return new Map(
    sources.map((source) => [
      source.path,
      source.imports
        .filter((edge) => !edge.typeOnly)
        .map((edge) => resolveImport(source.path, edge.specifier, manifests))
        .map((target) => (target.kind === "file" || target.kind === "ours" ? target.path : undefined))
        .filter((path): path is string => path !== undefined && known.has(path)),
    ]),
  );
}

/** No runtime import cycles: each strongly connected group of files is one finding. */
export function cycles(sources: readonly Source[], manifests: readonly Manifest[]): Finding[] {
  const graph = runtimeGraph(sources, manifests);
  return components(graph)
    .filter((group) => group.length > 1 || graph.get(group[0]!)?.includes(group[0]!))
    .map((group) => ({ path: group[0]!, line: 1, what: `runtime import cycle: ${[...group].sort().join(" <-> ")}` }));
}

/** Nobody imports the `index.ts` of a folder it lives in: the index is the door for those outside. */
export function ownIndex(sources: readonly Source[]): Finding[] {
  return sources
    .filter((source) => !isTest(source.path))
    .flatMap((source) =>
      source.imports.flatMap((edge) => {
        const target = resolveImport(source.path, edge.specifier, []);
        if (target.kind !== "file" || !/\/index\.tsx?$/.test(target.path)) return [];
        const folder = target.path.replace(/index\.tsx?$/, "");
        if (!source.path.startsWith(folder)) return [];
        return [
          {
            path: source.path,
            line: edge.line,
            what: `imports its own ${edge.specifier}: import the file that has it`,
          },
        ];
      }),
    );
}

/** From the entries named, no file matching `closed` may be loaded. The path of imports that leads there is the message. */
export function unreachable(
  sources: readonly Source[],
  manifests: readonly Manifest[],
  entries: readonly string[],
  closed: RegExp,
): Finding[] {
  const graph = runtimeGraph(sources, manifests);
  const cameFrom = new Map<string, string | undefined>();
  const queue = entries.filter((entry) => graph.has(entry));
  for (const entry of queue) cameFrom.set(entry, undefined);
  for (const path of queue) {
    for (const next of graph.get(path) ?? []) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, path);
      queue.push(next);
    }
  }
  return queue
    .filter((path) => closed.test(path))
    .map((path) => {
      const way: string[] = [];
      for (let at: string | undefined = path; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
      return { path, line: 1, what: `reached at run time by ${way.join(" -> ")}` };
    });
}

/** Tarjan's strongly connected components. */
function components(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const enter = (path: string): void => {
    order.set(path, order.size);
    low.set(path, order.get(path)!);
    stack.push(path);
    for (const next of graph.get(path) ?? []) {
      if (!order.has(next)) {
        enter(next);
        low.set(path, Math.min(low.get(path)!, low.get(next)!));
      } else if (stack.includes(next)) {
        low.set(path, Math.min(low.get(path)!, order.get(next)!));
      }
    }
    if (low.get(path) === order.get(path)) found.push(stack.splice(stack.indexOf(path)));
  };
  for (const path of graph.keys()) if (!order.has(path)) enter(path);
  return found;
}
