import { readFile, realpath, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { refuse } from "@windlass/contract";
import { connectionUrl } from "../connection-url.ts";
import { openDatabase } from "../connection.ts";
import { DatabaseError } from "../database-error.ts";
import type { ConnectionParts, Database } from "../sql.ts";
import type { Binaries } from "./binaries.ts";
import { installedBinaries } from "./binaries.ts";
import type { DataFolder } from "./data-folder.ts";
import { openDataFolder, ownerOfCluster, readPassword, unwritable, versionOfCluster } from "./data-folder.ts";
import { lockFolder } from "./folder-lock.ts";
import { flushCluster, makeCluster } from "./make-cluster.ts";
import type { Postmaster, ServerExit } from "./postmaster.ts";
import { adoptPostmaster, becomesReady, logSince, spawnPostmaster, stopPostmaster, turnLog } from "./postmaster.ts";
import { disownPostmasterFile, isServerOf, readPostmasterFile } from "./postmaster-file.ts";
import { reachableBinaries } from "./reachable-binaries.ts";
import type { ServerAccount } from "./server-account.ts";
import { serverAccount } from "./server-account.ts";
import { commandLineOf, DATABASE, PORT, serverArguments, SUPERUSER } from "./server-settings.ts";
import { socketFolder } from "./socket-folder.ts";

/** Where the database lives and who hears of its start. */
export interface EmbeddedOptions {
  /** Made where it is missing; belongs to this database alone. */
  readonly dataFolder: string;
  /** Hears one line a step. */
  readonly log?: (line: string) => void;
  /**
   * Begun once as soon as the server, or what makes a new cluster, has been started: whoever loads modules meanwhile loses no time by waiting.
   */
  readonly meanwhile?: () => void;
  /** Settings of PostgreSQL that differ from ours; for tests that want speed instead of durability. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A running PostgreSQL of our own. */
export interface EmbeddedServer {
  readonly connection: ConnectionParts;
  /** The connection as a URL, with the password. */
  readonly url: string;
  readonly pid: number;
  readonly majorVersion: number;
  /** Whether it was found running, left behind by a killed process. */
  readonly adopted: boolean;
  /** Stops it in order and lets go of the folder; repeating it does nothing. */
  stop(): Promise<void>;
  /** Settles when the server has ended, wanted or not. The folder is free then: start it again with `startEmbedded`. */
  readonly exited: Promise<ServerExit>;
}

const READY_MS = 120_000;
// Children of a killed server need a moment to notice; until then a new one is refused the folder.
const OLD_CHILDREN_MS = 20_000;
const OLD_CHILDREN_POLL_MS = 50;

/**
 * Starts PostgreSQL in a folder, or adopts the one that a killed process has left running there. It listens on a unix socket alone.
 * @throws RefusalError database.folder_in_use, folder_unwritable, other_major_version, password_missing, no_binaries, start_failed
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const log = options.log ?? (() => undefined);
  const meanwhile = once(options.meanwhile ?? (() => undefined));
  const folder = await openDataFolder(options.dataFolder);
  const letGo = await lockFolder(folder.path).catch((error: unknown) => {
    throw unwritable(folder.path, error);
  });
  try {
    const installed = await installedBinaries();
    const found = await versionOfCluster(folder);
    if (found !== undefined && found !== String(installed.majorVersion)) {
      throw refuse("database.other_major_version", { folder: folder.path, found, expected: installed.majorVersion });
    }
    const account = await serverAccount(await ownerOfCluster(folder));
    const binaries = await reachableBinaries(installed, account);
    if (found === undefined) {
      log("making a new database");
      await makeCluster(folder, binaries, account, meanwhile);
    }
    const setUp = await launch(folder, binaries, account, options.settings ?? {}, { log, meanwhile });
    meanwhile();
    if (found === undefined) flushCluster(folder, binaries, account);
    return embeddedServer(setUp, binaries.majorVersion, letGo);
  } catch (error) {
    await letGo();
    throw error;
  }
}

function once(work: () => void): () => void {
  let begun = false;
  return () => {
    if (begun) return;
    begun = true;
    work();
  };
}

interface Launched {
  readonly server: Postmaster;
  readonly connection: ConnectionParts;
  readonly adopted: boolean;
}

function embeddedServer(launched: Launched, majorVersion: number, letGo: () => Promise<void>): EmbeddedServer {
  const { server, connection, adopted } = launched;
  const exited = server.exited.then(async (exit) => {
    await letGo();
    return exit;
  });
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await stopPostmaster(server);
    await exited;
    await rmdir(connection.host).catch(() => undefined);
  };
  return {
    connection,
    url: connectionUrl(connection),
    pid: server.pid,
    majorVersion,
    adopted,
    exited,
    stop: () => (stopping ??= stop()),
  };
}

async function launch(
  folder: DataFolder,
  binaries: Binaries,
  account: ServerAccount | undefined,
  settings: Readonly<Record<string, string>>,
  { log, meanwhile }: Required<Pick<EmbeddedOptions, "log" | "meanwhile">>,
): Promise<Launched> {
  const cluster = await realpath(folder.cluster);
  const password = await readPassword(folder);
  const sockets = await socketFolder(folder.path, account);
  const connection: ConnectionParts = { host: sockets, port: PORT, user: SUPERUSER, password, database: DATABASE };
  const parameters = serverArguments(cluster, sockets, settings);

  const orphan = await findOrphan(cluster);
  if (orphan) {
    const same =
      (await readFile(join(cluster, "postmaster.opts"), "utf8").catch(() => "")) ===
      commandLineOf(binaries.postgres, parameters);
    if (
      same &&
      (await becomesReady(orphan, cluster, performance.now() + READY_MS)) &&
      (await answers(connection, cluster))
    ) {
      log(`adopted the PostgreSQL that was still running (process ${String(orphan.pid)})`);
      return { server: orphan, connection, adopted: true };
    }
    log(`stopping a PostgreSQL that was still running (process ${String(orphan.pid)})`);
    await stopPostmaster(orphan);
  }

  await turnLog(folder);
  const server = await startAnew(folder, cluster, binaries, parameters, account, meanwhile);
  await ensureDatabase(connection);
  log(`started PostgreSQL ${binaries.version} (process ${String(server.pid)})`);
  return { server, connection, adopted: false };
}

async function findOrphan(cluster: string): Promise<Postmaster | undefined> {
  const note = await readPostmasterFile(cluster);
  if (!note) return undefined;
  if (await isServerOf(cluster, note.pid)) return adoptPostmaster(note.pid, cluster);
  return undefined;
}

/** Starts the server, again and again while children of a killed one still hold the shared memory. */
async function startAnew(
  folder: DataFolder,
  cluster: string,
  binaries: Binaries,
  parameters: readonly string[],
  account: ServerAccount | undefined,
  meanwhile: () => void,
): Promise<Postmaster> {
  const giveUpAt = performance.now() + OLD_CHILDREN_MS;
  for (;;) {
    await disownPostmasterFile(cluster);
    const before = await stat(folder.log).then(
      ({ size }) => size,
      () => 0,
    );
    const server = await spawnPostmaster(binaries.postgres, parameters, folder, account);
    meanwhile();
    if (await becomesReady(server, cluster, performance.now() + READY_MS)) return server;
    await stopPostmaster(server);
    const said = await logSince(folder, before);
    if (
      !/shared memory block .* (is )?still in use|lock file ".*" already exists/.test(said) ||
      performance.now() > giveUpAt
    ) {
      const fatal = said.split("\n").filter((line) => /FATAL|PANIC|ERROR|error|postgres:/.test(line));
      throw refuse("database.start_failed", {
        folder: folder.path,
        problem: fatal.at(-1) ?? "it ended without a word",
        log: folder.log,
      });
    }
    await delay(OLD_CHILDREN_POLL_MS);
  }
}

/** Whether a server takes our password and serves this cluster. */
async function answers(connection: ConnectionParts, cluster: string): Promise<boolean> {
  const database = shortLived(connection);
  try {
    const [row] = await database.query<{ data_directory: string }>("SHOW data_directory");
    return row?.data_directory === cluster;
  } catch {
    return false;
  } finally {
    await database.close();
  }
}

/** `initdb` calls its database `postgres`. Renaming it takes milliseconds, making another would take a tenth of a second. */
async function ensureDatabase(connection: ConnectionParts): Promise<void> {
  const database = shortLived(connection);
  try {
    await database.query("SELECT 1");
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.kind !== "no_such_database") throw error;
    const template = shortLived({ ...connection, database: "template1" });
    try {
      await template.execute(`ALTER DATABASE postgres RENAME TO ${DATABASE}`);
      await template.execute(`REVOKE ALL ON DATABASE ${DATABASE}, template1 FROM PUBLIC`);
    } finally {
      await template.close();
    }
  } finally {
    await database.close();
  }
}

function shortLived(connection: ConnectionParts): Database {
  return openDatabase({
    connection,
    poolSize: 1,
    applicationName: "windlass start",
    statementTimeoutMs: 10_000,
    connectPatienceMs: 2_000,
  });
}
