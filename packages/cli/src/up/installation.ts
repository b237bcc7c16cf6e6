import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Clock, ConfigValues } from "@windlass/contract";
import { refuse } from "@windlass/contract";
import { type Database, DatabaseClock, isUnavailable, migrate, openDatabase } from "@windlass/core/database";
import { migrationsFolder } from "@windlass/core/migrations";
import type { Logger } from "@windlass/server";
import type { Configuration } from "../configuration.ts";
import { type InstallationKeys, installationKeys } from "./installation-keys.ts";
import { metadataDatabase } from "./metadata-database.ts";

/** What a process of an installation is told. */
export interface ProcessOptions {
  readonly configuration: Configuration;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
}

/** What every process of an installation stands on: its folders, keys and database, migrated. */
export interface Installation extends ProcessOptions {
  readonly config: ConfigValues;
  readonly dagsFolder: string;
  readonly dataFolder: string;
  readonly logsFolder: string;
  readonly bundleFolder: string;
  readonly keys: InstallationKeys;
  readonly database: Database;
  /** Whether the database is the embedded one, which this process started. */
  readonly embedded: boolean;
  /** It goes by the database's clock: processes of an installation agree, whatever their machines' say. */
  readonly clock: Clock;
  /** Settles only by failing: a part ended that cannot be brought back. */
  readonly failed: Promise<never>;
  /** Keeps a step for the end; the last one kept is done first. */
  atEnd(step: () => Promise<unknown>): void;
  /** Ends everything in order. */
  stop(): Promise<void>;
}

/** How an installation is opened. */
export interface OpenOptions extends ProcessOptions {
  /** The command that shares the database with processes beside it; without one the embedded database is started where no other is named. */
  readonly sharedBy?: string;
}

/** What is done with an installation, in the order of time. */
export interface Use<Prepared, Result> {
  /** Begun as soon as the database server is being started: loads what the rest needs. */
  readonly load?: () => void;
  /** Makes what needs no table yet, while the schema is brought up to date. */
  readonly prepare: (it: Installation) => Promise<Prepared>;
  /** Does it. */
  readonly start: (it: Installation, prepared: Prepared) => Promise<Result>;
}

/** Opens an installation and does something with it; where that fails, what was opened is closed again. @throws RefusalError */
export async function withInstallation<T>(options: OpenOptions, start: (it: Installation) => Promise<T>): Promise<T> {
  return whileOpening(options, { prepare: () => Promise.resolve(), start });
}

/** The same, for whoever has something to do while the database starts and is migrated: on two cores that takes no time. @throws RefusalError */
export async function whileOpening<Prepared, Result>(
  options: OpenOptions,
  use: Use<Prepared, Result>,
): Promise<Result> {
  const { configuration, log } = options;
  const config = configuration.values;
  const ownUrl = config.database.sql_alchemy_conn;
  if (ownUrl === null && options.sharedBy !== undefined)
    throw refuse("up.database_not_shared", { command: options.sharedBy });
  const dataFolder = resolve(configuration.folder, config.database.data_folder);
  mkdirSync(dataFolder, { recursive: true, mode: 0o711 });
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const keys = installationKeys(dataFolder);
    const metadata = await metadataDatabase(ownUrl, dataFolder, log, () => use.load?.());
    undo.push(() => metadata.stop());
    const migrated = migrate({
      url: metadata.url,
      folder: migrationsFolder,
      log: (line) => {
        log.info(line);
      },
    });
    undo.push(() => migrated.catch(() => undefined));
    const database = openDatabase({
      url: metadata.url,
      poolSize: config.database.sql_alchemy_pool_size,
      applicationName: "windlass",
    });
    undo.push(() => database.close());
    const clock = await unlessRefused(DatabaseClock.open(database), migrated);
    undo.push(() => clock.stop());
    const installation: Installation = {
      ...{ configuration, log, config, keys, database, clock, dataFolder, stop },
      env: options.env,
      dagsFolder: resolve(configuration.folder, config.core.dags_folder),
      logsFolder:
        config.logging.base_log_folder === null
          ? join(dataFolder, "logs")
          : resolve(configuration.folder, config.logging.base_log_folder),
      bundleFolder: join(dataFolder, "bundles"),
      embedded: metadata.embedded,
      failed: metadata.failed,
      atEnd: (step) => undo.push(step),
    };
    const prepared = await unlessRefused(use.prepare(installation), migrated);
    await migrated;
    return await use.start(installation, prepared);
  } catch (error) {
    await stop();
    // It went away again while this began.
    if (isUnavailable(error)) throw refuse("database.unreachable", { server: "The server", problem: error.message });
    throw error;
  }
}

/** A database that is refused says why in better words than whoever meets it first. */
async function unlessRefused<T>(work: Promise<T>, migrated: Promise<unknown>): Promise<T> {
  // Whoever loses the race may fail unheard.
  work.catch(() => undefined);
  return Promise.race([work, migrated.then(() => work)]);
}
