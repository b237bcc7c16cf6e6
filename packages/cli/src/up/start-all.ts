import {
  type ActionContext,
  closeActionContext,
  createActionContext,
  prepareInstallation,
} from "@windlass/core/actions";
import { newestEventId } from "@windlass/core/queries";
import { tryConnection } from "@windlass/sdk/runtime";
import { engineOf } from "./engine-of.ts";
import { makeExamplesDatabase } from "./examples-database.ts";
import { firstAdmin } from "./first-admin.ts";
import { firstTriggerable } from "./first-triggerable.ts";
import { greeting } from "./greeting.ts";
import { type ProcessOptions, withInstallation } from "./installation.ts";
import { listeningServer, tellTheCli } from "./listening-server.ts";
import { liveFeed } from "./live-feed.ts";
import { servedDagsFolder } from "./served-dags-folder.ts";

const FIRST_PARSE_MS = 5_000;

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
 * Starts everything on this machine and wires it.
 * @throws RefusalError where the installation cannot start: folder, port, database, configuration
 */
export async function startAll(options: StartOptions): Promise<Running> {
  servedDagsFolder(options.configuration);
  return withInstallation(options, async (installation) => {
    const { database, clock, config, keys, env } = installation;
    const actions = createActionContext({
      ...{ database, clock, config },
      installationSecret: keys.secret,
      environment: env,
      tryConnection,
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
    installation.atEnd(() => closeActionContext(actions));
    const engine = engineOf(installation, () => actions, true);
    const live = liveFeed(engine.live, await newestEventId(database), clock);
    await prepareInstallation(database);
    const adminPassword = await firstAdmin(actions, options.adminPassword);
    if (options.examples && installation.embedded) await makeExamplesDatabase(actions, keys);

    const url = await listeningServer(installation, actions, live);
    await engine.start();
    installation.atEnd(() => engine.stop());
    const dagsRead = engine.dagProcessor.runOnce().catch(() => undefined);
    await firstParse(dagsRead);
    const hasKey = await tellTheCli(installation, actions, url);
    return {
      ...{ url, actions, dagsRead },
      failed: installation.failed,
      stop: () => installation.stop(),
      greeting: greeting({
        ...{ url, adminPassword, hasKey },
        dataFolder: installation.dataFolder,
        dagsFolder: installation.dagsFolder,
        dagId: await firstTriggerable(database),
      }),
    };
  });
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
