import { refuse } from "@windlass/contract";
import { type ActionContext, issueMachineKey } from "@windlass/core/actions";
import { createServer, type LiveFeed } from "@windlass/server";
import { writeStoredContext } from "../client/stored-context.ts";
import { WINDLASS_VERSION } from "../version.ts";
import { ADMIN } from "./first-admin.ts";
import type { Installation } from "./installation.ts";
import { localLogReader } from "./log-reader.ts";
import { localLogSink } from "./log-sink.ts";
import { errorPagesFolder, uiFolder } from "./served-folders.ts";

/** The API server with the web UI, made and not listening yet. */
export interface ReadyServer {
  /** It is closed at the installation's end. @returns its address @throws RefusalError `up.port_taken` */
  listen(): Promise<string>;
}

/** Makes the API server with the web UI. It asks the database nothing before it listens. */
export async function readyServer(
  installation: Installation,
  actions: ActionContext,
  live: LiveFeed,
): Promise<ReadyServer> {
  const { config, logsFolder } = installation;
  const server = await createServer({
    actions,
    live,
    logs: localLogReader(logsFolder),
    logSink: localLogSink(logsFolder),
    uiFolder: uiFolder(),
    errorPagesFolder: errorPagesFolder(),
    version: WINDLASS_VERSION,
    logger: installation.log,
  });
  return {
    async listen() {
      const url = await listen(server, config.api.port, config.api.host);
      installation.atEnd(() => server.close());
      return url;
    },
  };
}

/** Gives the CLI of this machine an address and a key. @returns whether it has a key: the admin may be gone */
export async function tellTheCli({ dataFolder }: Installation, actions: ActionContext, url: string): Promise<boolean> {
  const key = await issueMachineKey(actions, ADMIN, (token) => {
    writeStoredContext(dataFolder, url, token);
  });
  return key !== null;
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
