import { spawn } from "node:child_process";
import { close, open as openFile } from "node:fs";
import { open, rename, stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { DataFolder } from "./data-folder.ts";
import { isServerOf, readPostmasterFile } from "./postmaster-file.ts";
import type { ServerAccount } from "./server-account.ts";

/** How a server process ended; both null where it was not our child. */
export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running server process, our child or an adopted one. */
export interface Postmaster {
  readonly pid: number;
  readonly exited: Promise<ServerExit>;
  /** False once it has ended: its id may belong to another process then. */
  alive(): boolean;
}

const READY_POLL_MS = 4;
const WATCH_MS = 200;
const LOG_LIMIT = 10_000_000;
const openDescriptor = promisify(openFile);
const closeDescriptor = promisify(close);

/** Starts the server in a session of its own, so that a Ctrl-C in the terminal reaches it only through us. It outlives this process if that is killed. */
export async function spawnPostmaster(
  postgres: string,
  parameters: readonly string[],
  folder: DataFolder,
  account: ServerAccount | undefined,
): Promise<Postmaster> {
  const log = await openDescriptor(folder.log, "a", 0o600);
  try {
    const child = spawn(postgres, [...parameters], {
      ...account,
      cwd: "/",
      env: { LC_ALL: "C", TZ: "UTC", PGTZ: "UTC" },
      stdio: ["ignore", log, log],
      detached: true,
    });
    const exited = new Promise<ServerExit>((resolve) => {
      child.once("exit", (code, signal) => {
        resolve({ code, signal });
      });
      child.once("error", () => {
        resolve({ code: null, signal: null });
      });
    });
    child.unref();
    return watched(child.pid, exited);
  } finally {
    await closeDescriptor(log);
  }
}

/** Watches a server that is nobody's child any more. */
export function adoptPostmaster(pid: number, cluster: string): Postmaster {
  const exited = (async (): Promise<ServerExit> => {
    while (await isServerOf(cluster, pid)) await delay(WATCH_MS, undefined, { ref: false });
    return { code: null, signal: null };
  })();
  return watched(pid, exited);
}

function watched(pid: number | undefined, exited: Promise<ServerExit>): Postmaster {
  let alive = pid !== undefined;
  void exited.then(() => {
    alive = false;
  });
  return { pid: pid ?? 0, exited, alive: () => alive };
}

/** Waits until the server takes connections. @returns false where it ended or the time was over */
export async function becomesReady(server: Postmaster, cluster: string, deadline: number): Promise<boolean> {
  while (performance.now() < deadline) {
    const note = await readPostmasterFile(cluster);
    if (note?.pid === server.pid && note.ready) return true;
    await delay(READY_POLL_MS);
    if (!server.alive()) return false;
  }
  return false;
}

// Fast shutdown, then immediate, then by force; each is given that many milliseconds.
const STEPS = [
  ["SIGINT", 20_000],
  ["SIGQUIT", 5_000],
  ["SIGKILL", 5_000],
] as const;

/** Stops a server: sessions are cut off, what they had committed is kept. */
export async function stopPostmaster(server: Postmaster): Promise<void> {
  for (const [signal, patience] of STEPS) {
    if (!server.alive()) return;
    try {
      process.kill(server.pid, signal);
    } catch {
      // It has ended already.
    }
    const waiting = new AbortController();
    const timeout = delay(patience, "late" as const, { signal: waiting.signal }).catch(() => "late" as const);
    const first = await Promise.race([server.exited, timeout]);
    waiting.abort();
    if (first !== "late") return;
  }
}

/** Keeps the log from growing for ever: what a start finds too long is put aside, over the one put aside before. */
export async function turnLog(folder: DataFolder): Promise<void> {
  const found = await stat(folder.log).catch(() => undefined);
  if (found && found.size > LOG_LIMIT) await rename(folder.log, `${folder.log}.1`);
}

/** What the server has written since the log had that size. */
export async function logSince(folder: DataFolder, size: number): Promise<string> {
  const file = await open(folder.log, "r").catch(() => undefined);
  if (!file) return "";
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(64_000), position: size });
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
