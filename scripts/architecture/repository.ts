import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { parseSource, type Source } from "./source.ts";

/** The repository's root folder. */
export const root = resolve(import.meta.dirname, "../..");

/** What the rules need of a package's own package.json. */
export interface Manifest {
  /** Folder below `packages/`. */
  readonly folder: string;
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
}

/** Every `.ts` and `.tsx` file below `packages/<any>/<part>`, parsed. */
export function readPackageSources(parts: readonly string[] = ["src"]): Source[] {
  const paths: string[] = [];
  for (const folder of readdirSync(join(root, "packages"))) {
    for (const part of parts) paths.push(...filesBelow(join("packages", folder, part)));
  }
  return paths
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".d.ts"))
    .map((path) => parseSource(path, readFileSync(join(root, path), "utf8")));
}

/** The packages' manifests. */
export function readManifests(): Manifest[] {
  return readdirSync(join(root, "packages"))
    .filter((folder) => existsSync(join(root, "packages", folder, "package.json")))
    .map((folder) => readManifest(folder));
}

/** Files below a folder (relative to the root), leaving out what is installed or built. An absent folder has none. */
export function filesBelow(folder: string): string[] {
  const absolute = join(root, folder);
  if (!existsSync(absolute) || !statSync(absolute).isDirectory()) return [];
  return readdirSync(absolute, { withFileTypes: true }).flatMap((entry) => {
    if (["node_modules", "dist", ".windlass", "coverage"].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [relative(root, join(root, path)).split(sep).join("/")] : [];
  });
}

/** Every file that git knows and that is still on disk. */
export function committedFiles(): string[] {
  return execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 })
    .split("\0")
    .filter((path) => path !== "" && existsSync(join(root, path)));
}

function readManifest(folder: string): Manifest {
  const parsed = JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8")) as {
    name: string;
    exports?: Record<string, unknown>;
    dependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
  };
  return {
    folder,
    name: parsed.name,
    exports: parsed.exports ?? {},
    dependencies: Object.keys(parsed.dependencies ?? {}),
    devDependencies: Object.keys(parsed.devDependencies ?? {}),
  };
}
