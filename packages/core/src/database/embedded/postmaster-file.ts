import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { processFacts } from "./process-facts.ts";

/** What PostgreSQL writes of itself into its data folder. */
export interface PostmasterFile {
  readonly pid: number;
  readonly socketFolder: string;
  readonly ready: boolean;
}

/** The server's own note; undefined where no server ran, or where it stopped in order. */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(cluster, "postmaster.pid"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split("\n");
  return { pid: Number(lines[0]), socketFolder: lines[4] ?? "", ready: lines[7]?.trim() === "ready" };
}

/** Whether that process lives and is the server of this very cluster: process ids are used again after a while and after a reboot. */
export async function isServerOf(cluster: string, pid: number): Promise<boolean> {
  const facts = await processFacts(pid);
  return facts !== undefined && facts.commandLine.includes(`-D ${cluster} `);
}

/**
 * Makes the note of a dead server harmless. PostgreSQL refuses to start while the noted id belongs to any process, be it a zombie or another program;
 * the id of its own parent it takes for stale. The other lines stay: by them it finds out whether children of the dead server still use the memory.
 */
export async function disownPostmasterFile(cluster: string): Promise<void> {
  const path = join(cluster, "postmaster.pid");
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text !== undefined) await writeFile(path, text.replace(/^[^\n]*/, String(process.pid)));
}
