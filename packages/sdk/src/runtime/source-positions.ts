import { dirname, relative, resolve, sep } from "node:path";
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

/** A stack with the author's own paths, and without the frames of Windlass and Node that lie behind them. */
export function cleanStack(stack: string, bundlePath: string): string {
  const folder = `${dirname(bundlePath)}${sep}`;
  const lines = stack.replaceAll(`file://${folder}`, "").replaceAll(folder, "").split("\n");
  return lines
    .filter((line) => !/^\s+at .*(node:internal|\(node:|packages\/sdk\/src\/|load-worker-main|runner-main)/.test(line))
    .join("\n");
}
