import { invariant, type Dialect } from "@windlass/contract";
import type { Method, Operation } from "./operation.ts";
import { editDistance } from "./request/nearest-name.ts";

/** A path found among the operations. */
export interface FoundPath {
  readonly operation: Operation;
  /** Decoded values by name. */
  readonly params: Readonly<Record<string, string>>;
}

/** All operations of all dialects, findable by path. */
export interface Operations {
  readonly all: readonly Operation[];
  of(dialect: Dialect): readonly Operation[];
  /** @returns undefined where no operation has this path and method */
  find(method: string, path: string): FoundPath | undefined;
  /** Methods that a path has; empty where the path is unknown. */
  methodsOf(path: string): readonly Method[];
  /** The operation whose path is nearest to a wrong one, of the same dialect where the path names one. */
  nearest(method: string, path: string): Operation | undefined;
}

interface Compiled {
  readonly operation: Operation;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  /** Fewer parameters first, so that `/dagRuns/list` wins over `/dagRuns/{id}`. */
  readonly openness: number;
}

/** Indexes operations. @throws InvariantError where two have the same method and path */
export function indexOperations(all: readonly Operation[]): Operations {
  const compiled = all.map(compile).sort((a, b) => a.openness - b.openness);
  const seen = new Set<string>();
  for (const { method, path } of all) {
    const shape = `${method} ${path.replace(/\{[^}]*\}/g, "{}")}`;
    invariant(!seen.has(shape), `two operations have ${method} ${path}`);
    seen.add(shape);
  }
  const match = (path: string): readonly Compiled[] => compiled.filter(({ pattern }) => pattern.test(path));
  return {
    all,
    of: (dialect) => all.filter((each) => each.dialect === dialect),
    find(method, path) {
      const found = match(path).find(({ operation }) => operation.method === method);
      if (found === undefined) return undefined;
      const values = found.pattern.exec(path) ?? [];
      const params: Record<string, string> = {};
      for (const [index, name] of found.names.entries()) params[name] = decode(values[index + 1] ?? "");
      return { operation: found.operation, params };
    },
    methodsOf: (path) => [...new Set(match(path).map(({ operation }) => operation.method))].sort(),
    nearest: (method, path) => nearest(all, method, path),
  };
}

function compile(operation: Operation): Compiled {
  const names: string[] = [];
  let openness = 0;
  const source = operation.path
    .split("/")
    .map((part) => {
      const parameter = /^\{(\w+)(:path)?\}$/.exec(part);
      if (!parameter) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      names.push(parameter[1] ?? "");
      openness += parameter[2] === undefined ? 1 : 100;
      // An encoded slash stays inside one part for a router that decodes late; Airflow's decodes early, so for both it is no such path.
      return parameter[2] === undefined ? "((?:(?!%2[fF])[^/])+)" : "(.*)";
    })
    .join("/");
  return { operation, pattern: new RegExp(`^${source}$`), names, openness };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function nearest(all: readonly Operation[], method: string, path: string): Operation | undefined {
  const wrong = path.toLowerCase().split("/");
  let best: Operation | undefined;
  let bestScore = Infinity;
  for (const operation of all) {
    const parts = operation.path.toLowerCase().split("/");
    let score = Math.abs(parts.length - wrong.length) * 3 + (operation.method === method ? 0 : 1);
    for (const [index, part] of parts.entries()) {
      const given = wrong[index] ?? "";
      // A literal part that meets a parameter costs a little, so that `/dags/simple` is nearer to `/dags/{dag_id}` than to `/dags`.
      score += part.startsWith("{") ? (given === "" ? 4 : 0.5) : Math.min(editDistance(part, given), 6);
    }
    if (score < bestScore) [best, bestScore] = [operation, score];
  }
  return best;
}
