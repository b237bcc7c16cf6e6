import { fileURLToPath } from "node:url";
import { ENTRIES } from "./paths.ts";
import type { ConnectionValue } from "@windlass/contract";
import type { LoadedFile } from "./load-dags.ts";

export type { LoadedDag, LoadedFile } from "./load-dags.ts";

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

/**
 * Loads a Dag file into this process, for a command that tests a Dag where it stands; a server never does this. It is bundled as the parser
 * does it, so that text imports and packages resolve alike.
 * @param path of the file
 */
export async function loadDags(path: string): Promise<LoadedFile> {
  // On demand: whoever only needs the paths does not load the bundler.
  const { loadFile } = await import("./load-dags.ts");
  return loadFile(path);
}

/**
 * Uses a connection once, with its credentials, as the operators would.
 * @returns false where no operator uses connections of its type
 * @throws whatever the client says where it does not work
 */
export async function tryConnection(connection: ConnectionValue, signal: AbortSignal): Promise<boolean> {
  // On demand: the drivers are loaded by the first test.
  const { tryConnection: use } = await import("./try-connection.ts");
  return use(connection, signal);
}
