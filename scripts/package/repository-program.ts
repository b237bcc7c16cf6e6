import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { programsFolder, stateOf } from "../setup/program-build.mjs";
import { bundleProgram } from "./bundle.ts";

/*
 * Bundles the repository's sources for `npm start` and the benchmarks. Each bundle has a folder of its own, since a server that runs from an
 * earlier one still loads parts of it and starts children from it.
 */

// Servers that still run from an earlier bundle are few.
const KEPT = 20;

const root = fileURLToPath(new URL("../../", import.meta.url));

const begunAt = Date.now();
await mkdir(programsFolder, { recursive: true });
const half = await mkdtemp(join(programsFolder, "half-"));
const metafile = await bundleProgram(root, half);
const sources = Object.keys(metafile.inputs).filter((path) => !path.includes("node_modules/") && !path.includes(":"));
// What third-party code is there follows from the lock file.
const others = ["package-lock.json", "scripts/package/bundle.ts", "scripts/package/repository-program.ts"];
const manifests = (await readdir(join(root, "packages"))).map((name) => `packages/${name}/package.json`);
const inputs = Object.fromEntries(
  [...sources, ...others, ...manifests].sort().map((path) => [path, bundledState(path)]),
);
await Promise.all([
  writeFile(join(half, "package.json"), '{ "type": "module" }\n'),
  // Links: what is only read by its path needs no new bundle when it changes.
  symlink(join(root, "packages/core/src/store/migrations"), join(half, "migrations"), "junction"),
  symlink(join(root, "packages/ui/dist"), join(half, "ui"), "junction"),
  symlink(join(root, "docs/errors"), join(half, "errors"), "junction"),
]);
const name = createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 16);
await rm(join(programsFolder, name), { recursive: true, force: true });
await rename(half, join(programsFolder, name));
const note = join(programsFolder, `current.json.${name}`);
await writeFile(note, `${JSON.stringify({ name, inputs }, null, 1)}\n`);
await rename(note, join(programsFolder, "current.json"));
await removeOld();

/** What was edited meanwhile may have been read before or after: it counts as changed. */
function bundledState(path: string): string {
  const state = stateOf(path);
  return Number.parseFloat(state) >= begunAt ? "edited meanwhile" : state;
}

async function removeOld(): Promise<void> {
  const folders = (await readdir(programsFolder)).filter((each) => !each.startsWith("current.json"));
  const made = await Promise.all(
    folders.map(async (each) => ({ each, at: (await stat(join(programsFolder, each))).mtimeMs })),
  );
  const old = made.sort((a, b) => b.at - a.at).slice(KEPT);
  await Promise.all(old.map(({ each }) => rm(join(programsFolder, each), { recursive: true, force: true })));
}
