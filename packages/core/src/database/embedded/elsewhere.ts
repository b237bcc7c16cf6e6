import { lstat, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, sep } from "node:path";
import { isServerOf, readPostmasterFile } from "./postmaster-file.ts";
import { rootHome, rootHomes } from "./reachable-binaries.ts";

const PREFIX = "data-";
const NOTE = "belongs-to";

/** Makes a folder for the cluster of a data folder that the server's account cannot reach, with a note of whose it is. */
export async function makeElsewhere(dataFolder: string): Promise<string> {
  const home = await rootHome(rootHomes());
  await sweep(home);
  const made = await mkdtemp(join(home, PREFIX));
  await writeFile(join(made, NOTE), `${dataFolder}\n`);
  return made;
}

/** Removes a data folder for good, with the cluster that lies elsewhere because of root. Its server must have been stopped. */
export async function removeDataFolder(dataFolder: string): Promise<void> {
  const link = join(dataFolder, "cluster");
  const isLink = await lstat(link).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  const elsewhere = isLink ? dirname(await realpath(link).catch(() => "/")) : "/";
  if (basename(elsewhere).startsWith(PREFIX)) await rm(elsewhere, { recursive: true, force: true });
  await rm(dataFolder, { recursive: true, force: true });
}

/**
 * Removes clusters of temporary data folders that somebody has deleted without us. Data folders outside the temporary one are never judged so: one that
 * is not where it was may have been moved, or its disk not been mounted yet.
 */
async function sweep(home: string): Promise<void> {
  const temporary = (await realpath(tmpdir())) + sep;
  for (const name of await readdir(home)) {
    const folder = join(home, name);
    const owner = name.startsWith(PREFIX) ? await readFile(join(folder, NOTE), "utf8").catch(() => "") : "";
    if (!owner.startsWith(temporary) || (await stat(owner.trim()).catch(() => undefined))) continue;
    const cluster = join(folder, "cluster");
    const note = await readPostmasterFile(cluster);
    if (note && (await isServerOf(cluster, note.pid))) process.kill(note.pid, "SIGQUIT");
    else await rm(folder, { recursive: true, force: true });
  }
}
