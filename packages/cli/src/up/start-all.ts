import type { ActionContext } from "@windlass/core/actions";
import { type ProcessOptions, whileOpening } from "./installation.ts";
import { servedDagsFolder } from "./served-dags-folder.ts";

/** What `windlass up` is told. */
export interface StartOptions extends ProcessOptions {
  /** For the first admin; without one it is generated. */
  readonly adminPassword: string | undefined;
  /** Whether the example Dags get a database of their own and the connection `examples_db` (with the embedded server only). */
  readonly examples: boolean;
}

/** A running installation. */
export interface Running {
  readonly url: string;
  /** What a person is told at the start. */
  readonly greeting: readonly string[];
  /** For whoever composes more on top (fixtures, tests). */
  readonly actions: ActionContext;
  /** Settled when every Dag file that was there at the start has been read. */
  readonly dagsRead: Promise<void>;
  /** Settles only by failing: a part ended that cannot be brought back. */
  readonly failed: Promise<never>;
  /** Ends everything in order: no new requests, no new attempts, then the database. */
  stop(): Promise<void>;
}

/**
 * Starts everything on this machine. Only what starts the database is loaded at once: the engine and the server are loaded and made while the
 * database server starts and its schema is brought up to date.
 * @throws RefusalError where the installation cannot start: folder, port, database, configuration
 */
export async function startAll(options: StartOptions): Promise<Running> {
  servedDagsFolder(options.configuration);
  // Loaded once, however often it is asked for.
  const load = () => import("./wired-parts.ts");
  return whileOpening(options, {
    load: () => {
      load().catch(() => undefined);
    },
    prepare: async (installation) => (await load()).wireParts(installation),
    start: async (installation, parts) => (await load()).startParts(installation, parts, options),
  });
}
