import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { type Database, openDatabase } from "@windlass/core/database";

/** A connection of its own to the embedded server of a running `windlass up`, for what the API does not tell. Two connections at most. */
export function installationDatabase(dataFolder: string): Database {
  const folder = join(dataFolder, "postgres");
  const cluster = realpathSync(join(folder, "cluster"));
  // The fifth line of PostgreSQL's own note is the folder of its socket.
  const host = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n")[4] ?? "";
  const password = readFileSync(join(folder, "password"), "utf8").trim();
  return openDatabase({
    connection: { host, port: 5432, user: "windlass", password, database: "windlass" },
    poolSize: 2,
    applicationName: "bench",
    statementTimeoutMs: 0,
  });
}
