import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { RefusalError } from "@windlass/contract";
import { connectionUrl, isUnavailable, openDatabase, startEmbedded } from "@windlass/core/database";
import { currentRun, runFolder } from "./run-folder.ts";

// A test's data is worth nothing after the test.
const QUICK = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "200",
  autovacuum: "off",
  max_wal_size: "64MB",
};
const PATIENCE_MS = 60_000;
const RETRY_MS = 20;

let serverUrl: Promise<string> | undefined;

/** An owner's URL of the server that all test files of a run share; the first who asks starts it. `WINDLASS_TEST_DATABASE_URL` names another one. */
export function testServer(): Promise<string> {
  serverUrl ??= process.env["WINDLASS_TEST_DATABASE_URL"]
    ? Promise.resolve(process.env["WINDLASS_TEST_DATABASE_URL"])
    : sharedServer(runFolder(currentRun()));
  return serverUrl;
}

async function sharedServer(folder: string): Promise<string> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const running = await runningServer(folder);
    if (running !== undefined) return running;
    try {
      // It outlives this worker on purpose: the run's teardown stops it.
      return (await startEmbedded({ dataFolder: folder, settings: QUICK })).url;
    } catch (error) {
      const startedByAnother = error instanceof RefusalError && error.refusals[0].code === "database.folder_in_use";
      if (!startedByAnother || performance.now() > deadline) throw error;
      await delay(RETRY_MS);
    }
  }
}

async function runningServer(folder: string): Promise<string | undefined> {
  const note = await readFile(join(folder, "cluster", "postmaster.pid"), "utf8").catch(() => undefined);
  const password = await readFile(join(folder, "password"), "utf8").catch(() => undefined);
  if (note === undefined || password === undefined) return undefined;
  const [, , , port = "5432", host = "", , , state = ""] = note.split("\n");
  if (state.trim() !== "ready") return undefined;
  const url = connectionUrl({
    host,
    port: Number(port),
    user: "windlass",
    password: password.trim(),
    database: "windlass",
  });
  const database = openDatabase({ url, poolSize: 1, connectPatienceMs: 0 });
  try {
    await database.query("SELECT 1");
    return url;
  } catch (error) {
    // Still on its way, or its database has not got its name yet: ask again.
    if (isUnavailable(error) || (error instanceof Error && "kind" in error && error.kind === "no_such_database"))
      return undefined;
    throw error;
  } finally {
    await database.close();
  }
}
