import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pinnedNode } from "./install.mjs";
import { root } from "./root.mjs";

/** Where the bundles of the repository's own sources lie: inside node_modules, so that a fresh install builds afresh. */
export const programsFolder = join(root, "node_modules/.cache/windlass/program");

/**
 * Bundles the program if its sources changed since the last bundle, and returns the path of its entry. Undefined where it could not be bundled;
 * why stands on stderr then.
 */
export function ensureProgramBuilt() {
  const fresh = freshProgram();
  if (fresh !== undefined) return fresh;
  const build = spawnSync(pinnedNode, [join(root, "scripts/package/repository-program.ts")], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  return build.status === 0 ? freshProgram() : undefined;
}

/** What tells one state of a file from another without reading it. */
export function stateOf(file) {
  const found = statSync(join(root, file), { throwIfNoEntry: false });
  return found === undefined ? "absent" : `${found.mtimeMs}:${found.size}`;
}

function freshProgram() {
  const note = join(programsFolder, "current.json");
  if (!existsSync(note)) return undefined;
  const { name, inputs } = JSON.parse(readFileSync(note, "utf8"));
  const main = join(programsFolder, name, "main.js");
  if (!existsSync(main)) return undefined;
  return Object.entries(inputs).every(([file, state]) => stateOf(file) === state) ? main : undefined;
}
