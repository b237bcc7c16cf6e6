import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { closeActionContext, createActionContext, prepareInstallation } from "@windlass/core/actions";
import { endServiceBeats, followChanges, remoteSignals, serviceBeats, timetableAsker } from "@windlass/core/services";
import { runtimePaths, tryConnection } from "@windlass/sdk/runtime";
import { firstAdmin } from "./first-admin.ts";
import { type ProcessOptions, withInstallation } from "./installation.ts";
import { readyServer, tellTheCli } from "./listening-server.ts";
import { liveFeed } from "./live-feed.ts";
import type { RunningPart } from "./running-part.ts";

/** An API server by itself: what it commits is told to the schedulers on the same database. @throws RefusalError */
export async function startApiServer(
  options: ProcessOptions & { readonly adminPassword: string | undefined },
): Promise<RunningPart> {
  return withInstallation({ ...options, sharedBy: "windlass api-server" }, async (installation) => {
    const { database, clock, config, keys, env, log } = installation;
    const onProblem = (service: string, error: unknown): void => {
      log.error(`${service} had a problem`, { error: error instanceof Error ? error.stack : String(error) });
    };
    const timetables = timetableAsker({
      database,
      dagsFolder: installation.dagsFolder,
      bundleFolder: installation.bundleFolder,
      parserPath: runtimePaths.parser,
      timeoutSeconds: config.dag_processor.dag_file_processor_timeout,
      environment: env,
    });
    installation.atEnd(() => timetables.stop());
    const actions = createActionContext({
      ...{ database, clock, config, timetables, tryConnection },
      installationSecret: keys.secret,
      environment: env,
      signals: {
        ...remoteSignals(database),
        refused: () => {
          live.refused(null);
        },
      },
    });
    installation.atEnd(() => closeActionContext(actions));
    const changes = followChanges({ database, onProblem });
    await changes.start();
    installation.atEnd(() => changes.stop());
    const live = liveFeed(changes.live, changes.newestId(), clock);
    await prepareInstallation(database);
    const adminPassword = await firstAdmin(actions, options.adminPassword);
    const bootId = randomUUID();
    const beats = serviceBeats({
      ...{ database, bootId, onProblem },
      instanceId: bootId,
      hostname: hostname(),
      services: ["api-server"],
    });
    await beats.start();
    installation.atEnd(async () => {
      await beats.stop();
      await endServiceBeats(database, bootId);
    });
    const url = await (await readyServer(installation, actions, live)).listen();
    await tellTheCli(installation, actions, url);
    return {
      stop: () => installation.stop(),
      greeting: [
        `Windlass answers at ${url}`,
        ...(adminPassword === null
          ? []
          : [`  sign in   admin / ${adminPassword}`, "            (shown this once; it is stored as a hash)"]),
      ],
    };
  });
}
