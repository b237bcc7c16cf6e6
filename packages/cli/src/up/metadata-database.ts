import { join } from "node:path";
import { type EmbeddedServer, startEmbedded } from "@windlass/core/database";
import type { Logger } from "@windlass/server";

/** The metadata database of this process: the embedded server, or one of yours. */
export interface MetadataDatabase {
  readonly url: string;
  readonly embedded: boolean;
  /** Settles only by failing: the embedded server ended and did not come back. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

const RESTARTS_IN_A_ROW = 5;
const CALM_MS = 60_000;

/** Starts the embedded server, and starts it again where it ends by itself; with an address of yours there is nothing to start. */
export async function metadataDatabase(
  ownUrl: string | null,
  dataFolder: string,
  log: Logger,
  meanwhile: () => void,
): Promise<MetadataDatabase> {
  if (ownUrl !== null) {
    meanwhile();
    return { url: ownUrl, embedded: false, failed: new Promise<never>(() => undefined), stop: () => Promise.resolve() };
  }
  const options = { dataFolder: join(dataFolder, "postgres") };
  let server: EmbeddedServer = await startEmbedded({ ...options, meanwhile });
  let stopping = false;
  const keep = async (): Promise<never> => {
    let restarts = 0;
    for (;;) {
      const since = performance.now();
      await server.exited;
      if (stopping) return new Promise<never>(() => undefined);
      restarts = performance.now() - since > CALM_MS ? 1 : restarts + 1;
      log.error("the embedded PostgreSQL ended; starting it again", { restarts });
      try {
        server = await startEmbedded(options);
      } catch (error) {
        if (restarts >= RESTARTS_IN_A_ROW) throw error;
      }
    }
  };
  const failed = keep();
  // Heard by whoever waits for the end of the process; until then it is no unhandled rejection.
  failed.catch(() => undefined);
  return {
    url: server.url,
    embedded: true,
    failed,
    async stop() {
      stopping = true;
      await server.stop();
    },
  };
}
