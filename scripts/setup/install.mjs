import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "./root.mjs";

/** The Node that the repository pins: every source of ours is run by it, whatever the machine has. */
export const pinnedNode = join(root, "node_modules/.bin/node");

/**
 * Installs the dependencies if they are absent or older than the lock file, and makes sure that the pinned Node is there.
 * Ends the process with a reason if that cannot be had.
 */
export function ensureInstalled() {
  const reason = whyInstall();
  if (reason !== undefined) {
    console.log(`Installing dependencies with npm ci (${reason}); this takes a minute the first time.`);
    // npm writes its progress to stderr; whoever reads our stdout wants to find only what was asked for.
    const npm = spawnSync("npm", ["ci", "--loglevel=error", "--include=dev", "--no-fund", "--no-audit"], {
      cwd: root,
      stdio: ["ignore", 2, 2],
      env: { ...process.env, PATH: pathOutside() },
    });
    if (npm.status !== 0)
      fail(`npm ci failed${npm.error ? `: ${npm.error.message}` : ` with exit code ${npm.status}`}.`);
  }
  const version = spawnSync(pinnedNode, ["--version"], { encoding: "utf8" });
  if (version.status !== 0) {
    fail(
      `node_modules/.bin/node does not run (${version.error?.message ?? version.stderr.trim()}).`,
      "It comes from the npm package `node`, whose install script must be allowed to run:",
      "remove node_modules and run `npm ci` without --ignore-scripts.",
    );
  }
}

/** Ends the process with a message for the person who started it. */
export function fail(...lines) {
  for (const line of lines) console.error(line);
  process.exit(1);
}

function whyInstall() {
  // npm writes this file last, so an install that was interrupted does not have it.
  const marker = join(root, "node_modules/.package-lock.json");
  if (!existsSync(marker)) return "node_modules is absent or incomplete";
  if (statSync(join(root, "package-lock.json")).mtimeMs > statSync(marker).mtimeMs)
    return "package-lock.json has changed";
  return undefined;
}

/** The PATH without node_modules/.bin: npm must not run on the Node that it is about to replace. */
function pathOutside() {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join("node_modules", ".bin")))
    .join(delimiter);
}
