import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { SitePosition } from "../authoring/call-site.ts";
import type { Locate } from "../serialize/problems.ts";

/**
 * Stacks of a bundle name its sources relative to wherever the bundle lies on disk. This puts them back to the Dags folder.
 * @param bundlePath where the bundle lies
 */
export function sourcePositions(bundlePath: string): Locate {
  const folder = dirname(bundlePath);
  return ({ file, line, column }: SitePosition) => ({
    file: relative(folder, resolve(folder, file)).split(sep).join("/"),
    line,
    column,
  });
}

/** Where this package's code lies: from source in its `src`, in a bundle in the one folder of all its parts. */
const OWN_FOLDER = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "../" : "./", import.meta.url));

/**
 * A stack with the author's own paths, and without the frames of Windlass and Node that lie behind them.
 * @param ownFolder where Windlass lies
 */
export function cleanStack(stack: string, bundlePath: string, ownFolder = OWN_FOLDER): string {
  const folder = `${dirname(bundlePath)}${sep}`;
  const lines = stack.replaceAll(`file://${folder}`, "").replaceAll(folder, "").split("\n");
  return lines.filter((line) => !isForeign(line, ownFolder)).join("\n");
}

function isForeign(line: string, ownFolder: string): boolean {
  if (!/^\s+at /.test(line)) return false;
  // With a source map, frames of a bundle name the sources.
  if (/node:internal|\(node:|packages\/sdk\/src\//.test(line)) return true;
  return line.includes(ownFolder) || line.includes(pathToFileURL(ownFolder).href);
}
