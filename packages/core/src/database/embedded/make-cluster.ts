import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdir, mkdtemp, open, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { refuse } from "@windlass/contract";
import type { Binaries } from "./binaries.ts";
import type { DataFolder } from "./data-folder.ts";
import { unwritable, writePassword } from "./data-folder.ts";
import { makeElsewhere } from "./elsewhere.ts";
import { canEnterParents } from "./reach.ts";
import type { ServerAccount } from "./server-account.ts";
import { SUPERUSER } from "./server-settings.ts";

const run = promisify(execFile);
const HALF = "cluster.half-";

/**
 * Makes a new cluster beside its place and then renames it: a crash in between leaves a half one that the next start removes, never one that looks whole.
 * @throws RefusalError database.folder_unwritable, database.start_failed
 */
export async function makeCluster(
  folder: DataFolder,
  binaries: Binaries,
  account: ServerAccount | undefined,
  meanwhile: () => void = () => undefined,
): Promise<void> {
  const password = randomBytes(24).toString("base64url");
  try {
    await removeHalves(folder.path);
    const initialize = (target: string): Promise<void> =>
      initializeHalf(target, password, binaries, account, async () => {
        meanwhile();
        // Before the cluster has its name: one without its password would be lost.
        await writePassword(folder, password);
      });
    if (await canEnterParents(folder.cluster, account)) {
      await initialize(folder.cluster);
    } else {
      // The folder lies where only root may go, such as below /root. The server's files lie elsewhere then, with a link to them here.
      const elsewhere = await makeElsewhere(folder.path);
      if (account) await chown(elsewhere, account.uid, account.gid);
      await initialize(join(elsewhere, "cluster"));
      await symlink(join(elsewhere, "cluster"), folder.cluster);
    }
    await flushFolder(folder.path);
  } catch (error) {
    throw unwritable(folder.path, error);
  }
}

/** Writes a new cluster's files to the disk in the background: `initdb` left them to the operating system, which made it three times as quick. */
export function flushCluster(folder: DataFolder, binaries: Binaries, account: ServerAccount | undefined): void {
  const child = spawn(binaries.initdb, ["--sync-only", "-D", folder.cluster], {
    ...account,
    cwd: "/",
    env: { LC_ALL: "C" },
    stdio: "ignore",
  });
  child.on("error", () => undefined);
  child.unref();
}

async function initializeHalf(
  target: string,
  password: string,
  binaries: Binaries,
  account: ServerAccount | undefined,
  meanwhile: () => Promise<void>,
): Promise<void> {
  const half = await mkdtemp(join(dirname(target), HALF));
  const data = join(half, "data");
  const passwordFile = join(half, "password");
  try {
    await mkdir(data, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (account) await Promise.all([half, data, passwordFile].map((path) => chown(path, account.uid, account.gid)));
    const made = initdb(data, passwordFile, binaries, account);
    await Promise.all([made, meanwhile()]);
    await rename(data, target);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

async function initdb(
  data: string,
  passwordFile: string,
  binaries: Binaries,
  account: ServerAccount | undefined,
): Promise<void> {
  const options = [
    ["--pgdata", data],
    ["--username", SUPERUSER],
    ["--pwfile", passwordFile],
    ["--encoding", "UTF8"],
    // One order of texts on every machine, whatever locales it has.
    ["--locale-provider", "builtin"],
    ["--builtin-locale", "C.UTF-8"],
    ["--locale", "C"],
    ["--auth-local", "scram-sha-256"],
    ["--auth-host", "reject"],
    ["--wal-segsize", "4"],
  ].map(([name, value]) => `${name ?? ""}=${value ?? ""}`);
  try {
    await run(binaries.initdb, [...options, "--no-sync", "--no-instructions"], {
      ...account,
      cwd: "/",
      env: { LC_ALL: "C", TZ: "UTC" },
    });
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    throw refuse("database.start_failed", { folder: data, problem: said || String(error), log: "initdb's message" });
  }
}

async function removeHalves(folder: string): Promise<void> {
  const names = await readdir(folder);
  await Promise.all(
    names
      .filter((name) => name.startsWith(HALF))
      .map((name) => rm(join(folder, name), { recursive: true, force: true })),
  );
}

/** A rename is on the disk only when its folder is. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  await folder.sync().finally(() => folder.close());
}
