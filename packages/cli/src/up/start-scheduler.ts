import { closeActionContext, createActionContext } from "@windlass/core/actions";
import { remoteSignals } from "@windlass/core/services";
import { engineOf } from "./engine-of.ts";
import { type ProcessOptions, withInstallation } from "./installation.ts";
import type { RunningPart } from "./running-part.ts";

/** A scheduler with triggerer and local executor, beside any number of others on the same database. @throws RefusalError */
export async function startScheduler(options: ProcessOptions): Promise<RunningPart> {
  return withInstallation({ ...options, sharedBy: "windlass scheduler" }, async (installation) => {
    const { database, clock, config, keys, env } = installation;
    const actions = createActionContext({
      ...{ database, clock, config },
      installationSecret: keys.secret,
      environment: env,
      timetables: { ask: (of, ask) => engine.timetables.ask(of, ask) },
      // What tasks change here is told to every scheduler; this one hears it with the others.
      signals: remoteSignals(database),
    });
    installation.atEnd(() => closeActionContext(actions));
    const engine = engineOf(installation, () => actions, false);
    await engine.start();
    installation.atEnd(() => engine.stop());
    return { greeting: ["The scheduler runs."], stop: () => installation.stop() };
  });
}
