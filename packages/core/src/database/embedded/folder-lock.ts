import { link, mkdir, readFile, rm, rmdir, stat, unlink, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { invariant, refuse } from "@windlass/contract";
import { processFacts } from "./process-facts.ts";

interface Holder {
  readonly pid: number;
  readonly startedAt: string;
}

const TAKEOVER_STALE_MS = 5_000;
const TAKEOVER_WAIT_MS = 10;

/**
 * Holds a folder for this process until it lets go or dies. The lock of a dead holder is taken over.
 * @returns lets go
 * @throws RefusalError database.folder_in_use
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = `${folder}/lock`;
  const me = await processFacts(process.pid);
  invariant(me, "a running process is not found among the running processes");
  const mine: Holder = { pid: process.pid, startedAt: me.startedAt };
  const draft = `${path}.${String(process.pid)}.${String(performance.now())}`;
  await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    // A link either makes the whole file appear or fails because there is one.
    while (!(await linked(draft, path))) await takeOver(path, folder);
  } finally {
    await rm(draft, { force: true });
  }
  return async () => {
    await rm(path, { force: true });
  };
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes a lock whose holder is dead. Only one process at a time does so, lest it removes the lock that another one has just made. */
async function takeOver(path: string, folder: string): Promise<void> {
  const gate = `${path}.takeover`;
  try {
    await mkdir(gate);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const made = await stat(gate).catch(() => undefined);
    if (made && Date.now() - made.mtimeMs > TAKEOVER_STALE_MS) await rmdir(gate).catch(() => undefined);
    await delay(TAKEOVER_WAIT_MS);
    return;
  }
  try {
    const holder = await readHolder(path);
    const facts = holder && (await processFacts(holder.pid));
    if (holder && facts?.startedAt === holder.startedAt)
      throw refuse("database.folder_in_use", { folder, pid: holder.pid });
    await unlink(path).catch(() => undefined);
  } finally {
    await rmdir(gate).catch(() => undefined);
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}
