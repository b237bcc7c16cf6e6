import { randomUUID } from "node:crypto";
import { createDagReading } from "@windlass/core/services";
import { runtimePaths } from "@windlass/sdk/runtime";
import { type ProcessOptions, withInstallation } from "./installation.ts";
import type { RunningPart } from "./running-part.ts";
import { servedDagsFolder } from "./served-dags-folder.ts";

/** A Dag processor by itself: what changed is told to the schedulers on the same database. @throws RefusalError */
export async function startDagProcessor(options: ProcessOptions): Promise<RunningPart> {
  servedDagsFolder(options.configuration);
  return withInstallation({ ...options, sharedBy: "windlass dag-processor" }, async (installation) => {
    const { database, clock, config, dagsFolder } = installation;
    const reading = createDagReading({
      ...{ database, clock, config, dagsFolder },
      bootId: randomUUID(),
      bundleFolder: installation.bundleFolder,
      parserPath: runtimePaths.parser,
      log: installation.log,
      environment: installation.env,
    });
    const { read } = await reading.start();
    installation.atEnd(() => reading.stop());
    read.catch(() => undefined);
    return { greeting: [`Dag files are read from ${dagsFolder}`], stop: () => installation.stop() };
  });
}
