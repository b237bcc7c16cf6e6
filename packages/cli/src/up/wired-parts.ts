import {
  type ActionContext,
  closeActionContext,
  createActionContext,
  prepareInstallation,
} from "@windlass/core/actions";
import { newestEventId } from "@windlass/core/queries";
import type { Engine } from "@windlass/core/services";
import { tryConnection } from "@windlass/sdk/runtime";
import { engineOf } from "./engine-of.ts";
import { makeExamplesDatabase } from "./examples-database.ts";
import { firstAdmin } from "./first-admin.ts";
import { firstTriggerable } from "./first-triggerable.ts";
import { greeting } from "./greeting.ts";
import type { Installation } from "./installation.ts";
import { type ReadyServer, readyServer, tellTheCli } from "./listening-server.ts";
import { liveFeed, type OwnLiveFeed } from "./live-feed.ts";
import type { Running, StartOptions } from "./start-all.ts";

const FIRST_PARSE_MS = 5_000;

/** Everything that runs in one process, made and wired, and nothing of it started. */
export interface WiredParts {
  readonly actions: ActionContext;
  readonly engine: Engine;
  readonly live: OwnLiveFeed;
  readonly server: ReadyServer;
}

/** Makes and wires everything. No table is asked: they need not be there yet. */
export async function wireParts(installation: Installation): Promise<WiredParts> {
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
  const live = liveFeed(engine.live, 0, clock);
  return { actions, engine, live, server: await readyServer(installation, actions, live) };
}

/** Starts it: the server first, so that somebody answers early. */
export async function startParts(
  installation: Installation,
  { actions, engine, live, server }: WiredParts,
  options: StartOptions,
): Promise<Running> {
  const { database } = installation;
  live.goOnAfter(await newestEventId(database));
  await prepareInstallation(database);
  const adminPassword = await firstAdmin(actions, options.adminPassword);
  if (options.examples && installation.embedded) await makeExamplesDatabase(actions, installation.keys);

  const url = await server.listen();
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
