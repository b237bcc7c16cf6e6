import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

/** A MariaDB server of the system that belongs to one test file. */
export interface MariaDb {
  /** Reached by socket only; account `root` without password, database `test`. */
  readonly socket: string;
  stop(): Promise<void>;
}

const PATIENCE_MS = 60_000;

/** Starts the program that `WINDLASS_MARIADB` names on a folder of its own. */
export async function startMariaDb(program: string): Promise<MariaDb> {
  const folder = await mkdtemp(join(tmpdir(), "windlass-mariadb-"));
  const root = process.geteuid?.() === 0;
  // MariaDB refuses to run as root unless it is told so; it is, and listens on a socket of this folder alone.
  const common = ["--no-defaults", `--datadir=${join(folder, "data")}`, ...(root ? ["--user=root"] : [])];
  if (root) await chown(folder, 0, 0);
  const bin = [dirname(program), "/usr/bin", "/usr/local/bin"].find((each) =>
    existsSync(join(each, "mariadb-install-db")),
  );
  await promisify(execFile)(join(bin ?? "", "mariadb-install-db"), [
    ...common,
    "--auth-root-authentication-method=normal",
  ]);
  const socket = join(folder, "socket");
  const server = spawn(
    program,
    [
      ...common,
      "--skip-networking",
      `--socket=${socket}`,
      `--pid-file=${join(folder, "pid")}`,
      "--innodb-flush-log-at-trx-commit=0",
    ],
    { stdio: "ignore" },
  );
  const ended = new Promise((resolve) => server.once("exit", resolve));
  for (const deadline = Date.now() + PATIENCE_MS; !existsSync(socket); await pause(20)) {
    if (Date.now() > deadline || server.exitCode !== null) throw new RangeError("MariaDB did not start");
  }
  return {
    socket,
    stop: async () => {
      server.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
