import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { RUN_VARIABLE, runFolder, runOf, runsFolder } from "./run-folder.ts";

const STOP_MS = 20_000;
const POLL_MS = 20;

/** vitest runs this once, in its main process, before any worker: it only gives the run its name. The server is started by the first test that wants one. */
export async function setup(): Promise<void> {
  process.env[RUN_VARIABLE] = String(process.pid);
  for (const name of await readdir(runsFolder())) {
    const run = runOf(name);
    if (run !== undefined && !lives(run)) await removeRun(run);
  }
}

/** Stops the run's server and removes its folder. */
export async function teardown(): Promise<void> {
  await removeRun(process.pid);
}

async function removeRun(run: number): Promise<void> {
  const folder = runFolder(run);
  const note = await readFile(join(folder, "cluster", "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number(note.split("\n")[0]);
  if (pid > 1 && (await isServerBelow(folder, pid))) await stop(folder, pid);
  await rm(folder, { recursive: true, force: true });
}

async function stop(folder: string, pid: number): Promise<void> {
  process.kill(pid, "SIGQUIT");
  for (
    const deadline = performance.now() + STOP_MS;
    performance.now() < deadline && (await isServerBelow(folder, pid));
  )
    await delay(POLL_MS);
}

async function isServerBelow(folder: string, pid: number): Promise<boolean> {
  if (process.platform !== "linux") return lives(pid);
  const commandLine = await readFile(`/proc/${String(pid)}/cmdline`, "utf8").catch(() => "");
  return commandLine.includes(`${folder}/cluster`);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
