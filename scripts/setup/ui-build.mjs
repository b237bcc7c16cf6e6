import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { root } from "./root.mjs";

const sources = ["packages/ui", "packages/contract/src", "package-lock.json"];
const built = join(root, "packages/ui/dist/index.html");
// Inside node_modules, so that a fresh install builds afresh; not inside dist, which is served.
const stamp = join(root, "node_modules/.cache/windlass/ui-sources.sha256");

/**
 * Builds the UI if its sources changed since the last build. Returns whether a built UI is there; a build that fails is reported on
 * stderr.
 */
export function ensureUiBuilt() {
  const { scripts = {} } = JSON.parse(readFileSync(join(root, "packages/ui/package.json"), "utf8"));
  if (!scripts.build) {
    console.log("packages/ui has no build script yet: going on without the web UI.");
    return false;
  }
  const now = hashOf(sources);
  if (existsSync(built) && existsSync(stamp) && readFileSync(stamp, "utf8") === now) return true;
  console.log("Building the web UI (its sources have changed since the last build).");
  const build = spawnSync("npm", ["run", "--silent", "build", "-w", "@windlass/ui"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, PATH: [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter) },
  });
  if (build.status !== 0) return false;
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
  return existsSync(built);
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of filesAt(path))
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(root, file)))
        .update("\0");
  }
  return hash.digest("hex");
}

function filesAt(path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  try {
    return readdirSync(absolute, { withFileTypes: true })
      .filter((entry) => !["node_modules", "dist"].includes(entry.name) && !/\.test\.tsx?$/.test(entry.name))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => filesAt(join(path, entry.name)));
  } catch (error) {
    if (error.code === "ENOTDIR") return [path];
    throw error;
  }
}
