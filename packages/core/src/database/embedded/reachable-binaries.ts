import { chmod, cp, lstat, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { binariesIn } from "./binaries.ts";
import { canReach } from "./reach.ts";
import type { ServerAccount } from "./server-account.ts";

/** Folders in which root may keep what another account must be able to reach; the second is for a read-only `/var/lib`. */
export function rootHomes(): readonly string[] {
  return ["/var/lib/windlass", join(tmpdir(), "windlass-root")];
}

/**
 * The binaries where the account can run them: as they are installed, or a copy made once for each version.
 * @param homes where the copy may lie; the first that can be had is taken
 */
export async function reachableBinaries(
  installed: Binaries,
  account: ServerAccount | undefined,
  homes: readonly string[] = rootHomes(),
): Promise<Binaries> {
  const needed = [
    installed.initdb,
    installed.postgres,
    join(installed.folder, "lib"),
    join(installed.folder, "share", "postgresql"),
  ];
  const reached = await Promise.all(needed.map((path) => canReach(path, account)));
  if (reached.every(Boolean)) return installed;
  const copy = join(await rootHome(homes), `postgresql-${installed.version}`);
  if (!(await isOwnFolder(copy))) await copyWhole(installed.folder, copy);
  return binariesIn(copy, installed.version);
}

/** A folder that only root can write and everybody can enter. */
export async function rootHome(homes: readonly string[]): Promise<string> {
  let problem: unknown;
  for (const home of homes) {
    try {
      await mkdir(home, { mode: 0o711 });
      await chmod(home, 0o711);
    } catch (error) {
      problem = error;
    }
    // A folder of that name made by somebody else could hand root a foreign program to run.
    if (await isOwnFolder(home)) return home;
  }
  throw problem;
}

async function isOwnFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0;
}

async function copyWhole(from: string, to: string): Promise<void> {
  const half = await mkdtemp(`${to}.`);
  try {
    await cp(from, half, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith(".a") && basename(path) !== "pkgconfig",
    });
    await openToAll(half);
    await rename(half, to);
  } catch (error) {
    await rm(half, { recursive: true, force: true });
    // Another process was quicker.
    if (!(await isOwnFolder(to))) throw error;
  }
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, basename(folder) === "bin" ? 0o755 : 0o644);
  }
}
