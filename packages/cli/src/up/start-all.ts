import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import {
  type ActionContext,
  closeActionContext,
  createActionContext,
  issueMachineKey,
  prepareInstallation,
  resolveConnection,
  resolveVariable,
} from "@windlass/core/actions";
import { type Database, migrate, openDatabase } from "@windlass/core/database";
import { refuse } from "@windlass/contract";
import { newestEventId } from "@windlass/core/queries";
import { createEngine, migrationsFolder } from "@windlass/core/services";
import { runtimePaths } from "@windlass/sdk/runtime";
import { createServer, type Logger } from "@windlass/server";
import { writeStoredContext } from "../client/stored-context.ts";
import type { Configuration } from "../configuration.ts";
import { WINDLASS_VERSION } from "../version.ts";
import { makeExamplesDatabase } from "./examples-database.ts";
import { ADMIN, firstAdmin } from "./first-admin.ts";
import { firstTriggerable } from "./first-triggerable.ts";
import { greeting } from "./greeting.ts";
import { installationKeys } from "./installation-keys.ts";
import { liveFeed } from "./live-feed.ts";
import { localLogReader } from "./log-reader.ts";
import { localLogSink } from "./log-sink.ts";
import { metadataDatabase } from "./metadata-database.ts";
import { systemClock } from "./system-clock.ts";
import { errorPagesFolder, uiFolder } from "./served-folders.ts";

const FIRST_PARSE_MS = 5_000;

/** What `windlass up` is told. */
export interface StartOptions {
  readonly configuration: Configuration;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For the first admin; without one it is generated. */
  readonly adminPassword: string | undefined;
  readonly log: Logger;
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
 * Starts everything on this machine and wires it: the only place that knows all parts.
 * @throws RefusalError where the installation cannot start: folder, port, database, configuration
 */
export async function startAll(options: StartOptions): Promise<Running> {
  const { configuration, env, log } = options;
  const config = configuration.values;
  const dagsFolder = resolve(configuration.folder, config.core.dags_folder);
  if (!existsSync(dagsFolder)) throw refuse("up.dags_folder_missing", { folder: dagsFolder });
  const dataFolder = resolve(configuration.folder, config.database.data_folder);
  mkdirSync(dataFolder, { recursive: true, mode: 0o711 });
  const logsFolder =
    config.logging.base_log_folder === null
      ? join(dataFolder, "logs")
      : resolve(configuration.folder, config.logging.base_log_folder);

  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const keys = installationKeys(dataFolder);
    const metadata = await metadataDatabase(config.database.sql_alchemy_conn, dataFolder, log);
    undo.push(() => metadata.stop());
    await migrate({
      url: metadata.url,
      folder: migrationsFolder,
      log: (line) => {
        log.info(line);
      },
    });
    const database: Database = openDatabase({
      url: metadata.url,
      poolSize: config.database.sql_alchemy_pool_size,
      applicationName: "windlass",
    });
    undo.push(() => database.close());

    const clock = systemClock();
    const actions = createActionContext({
      database,
      clock,
      installationSecret: keys.secret,
      config,
      environment: env,
      timetables: { ask: (of, ask) => engine.timetables.ask(of, ask) },
      signals: {
        runsCreated: (ids) => {
          engine.signals.runsCreated(ids);
        },
        runChanged: (id) => {
          engine.signals.runChanged(id);
        },
        dagChanged: (dagId) => {
          engine.signals.dagChanged(dagId);
        },
        parseAgain: (file) => {
          engine.signals.parseAgain(file);
        },
        assetEventsQueued: (dagIds) => {
          engine.signals.assetEventsQueued(dagIds);
        },
        poolChanged: (name) => {
          engine.signals.poolChanged(name);
        },
        cancelAttempts: (ids) => {
          engine.signals.cancelAttempts(ids);
        },
        refused: () => {
          live.refused(null);
        },
      },
    });
    undo.push(() => closeActionContext(actions));
    const engine = createEngine({
      database,
      clock,
      random: { bytes: (count: number) => randomBytes(count) },
      bootId: randomUUID(),
      dagsFolder,
      logsFolder,
      bundleFolder: join(dataFolder, "bundles"),
      runnerPath: runtimePaths.runner,
      parserPath: runtimePaths.parser,
      parallelism: config.core.parallelism,
      warmRunners: availableParallelism(),
      environment: env,
      secrets: {
        getConnection: async (id: string) => (await resolveConnection(actions, database, id)) ?? null,
        getVariable: async (key: string) => (await resolveVariable(actions, database, key)) ?? null,
      },
      actions: () => actions,
      config,
      log,
      xcomBackend: xcomBackendModule(config.core.xcom_backend, configuration.folder),
    });
    const live = liveFeed(engine.live, await newestEventId(database), clock);
    await prepareInstallation(database);
    const adminPassword = await firstAdmin(actions, options.adminPassword);
    if (options.examples && metadata.embedded) await makeExamplesDatabase(actions, keys);

    const server = await createServer({
      actions,
      live,
      logs: localLogReader(logsFolder),
      logSink: localLogSink(logsFolder),
      uiFolder: uiFolder(),
      errorPagesFolder: errorPagesFolder(),
      version: WINDLASS_VERSION,
      logger: log,
    });
    const url = await listen(server, config.api.port, config.api.host);
    undo.push(() => server.close());
    await engine.start();
    undo.push(() => engine.stop());
    const dagsRead = engine.dagProcessor.runOnce().catch(() => undefined);
    await firstParse(dagsRead);
    const key = await issueMachineKey(actions, ADMIN);
    if (key !== null) writeStoredContext(dataFolder, url, key);
    return {
      url,
      actions,
      dagsRead,
      failed: metadata.failed,
      stop,
      greeting: greeting({
        url,
        dataFolder,
        dagsFolder,
        adminPassword,
        hasKey: key !== null,
        dagId: await firstTriggerable(database),
      }),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The path of the author's own backend; Airflow's names of backends that are built in say nothing more than the other options do. */
function xcomBackendModule(named: string | null, folder: string): string | undefined {
  return named === null || named.startsWith("airflow.") ? undefined : resolve(folder, named);
}

/** What a person is told first should know the Dags; one file that does not end must not hold it up. */
async function firstParse(parsed: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, FIRST_PARSE_MS);
  });
  await Promise.race([parsed, patience]);
  clearTimeout(timer);
}

async function listen(
  server: { listen(port: number, host: string): Promise<string> },
  port: number,
  host: string,
): Promise<string> {
  try {
    return await server.listen(port, host);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
      throw refuse("up.port_taken", { host, port, other: port + 1 });
    }
    throw error;
  }
}
