import { fileURLToPath } from "node:url";
import { ENTRIES } from "./paths.ts";

export { loadDags, type LoadedDag, type LoadedFile } from "./load-dags.ts";

/**
 * Paths of the two process entries that run user code. Start them with `child_process.fork` (IPC channel), in a process group of their
 * own (`detached: true`), with an environment that holds nothing but what user code may see.
 *
 * - `parser`: takes `ParseRequest`, answers `FromParser`; several requests may be under way.
 * - `runner`: takes `ToRunner`, answers `FromRunner`; one attempt at a time. Both end when the channel closes.
 */
export const runtimePaths: { readonly parser: string; readonly runner: string } = {
  parser: fileURLToPath(ENTRIES.parser),
  runner: fileURLToPath(ENTRIES.runner),
};
