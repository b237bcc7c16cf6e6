import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, root } from "../architecture/repository.ts";
import type { Generator } from "./generator.ts";

/** What a generator would change on disk. */
export interface Comparison {
  /** All that it writes, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** Paths whose content is missing or another. */
  readonly different: readonly string[];
  /** Files in the generator's own folders that it no longer writes. */
  readonly orphans: readonly string[];
}

/** Compares what a generator writes with what is there; writes nothing. */
export async function compare(generator: Generator): Promise<Comparison> {
  const files = await generator.generate();
  return {
    files,
    different: [...files].filter(([path, text]) => read(path) !== text).map(([path]) => path),
    orphans: generator.owns.flatMap((folder) => filesBelow(folder)).filter((path) => !files.has(path)),
  };
}

function read(path: string): string | undefined {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : undefined;
}
