import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** A child process with an IPC channel whose messages can be awaited one by one. */
export interface TalkingChild<In, Out> {
  readonly child: ChildProcess;
  send(message: In): void;
  /** The next message that fits, also one that came before it was asked for. */
  next<M extends Out>(fits: (message: Out) => message is M): Promise<M>;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  stop(): Promise<void>;
}

/** Starts a process entry the way the engine does: a group of its own, a small environment. */
export function startChild<In extends object, Out>(entry: string, env: NodeJS.ProcessEnv = {}): TalkingChild<In, Out> {
  const child = fork(entry, [], {
    detached: true,
    execArgv: [],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { PATH: process.env.PATH, ...env },
  });
  const waiting: Out[] = [];
  const askers: { fits: (message: Out) => boolean; give: (message: Out) => void }[] = [];
  child.on("message", (message) => {
    const index = askers.findIndex((asker) => asker.fits(message as Out));
    if (index < 0) waiting.push(message as Out);
    else askers.splice(index, 1)[0]!.give(message as Out);
  });
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  return {
    child,
    exited,
    send: (message) => void child.send(message),
    next: (fits) => {
      const index = waiting.findIndex(fits);
      if (index >= 0) return Promise.resolve(waiting.splice(index, 1)[0] as never);
      return new Promise((resolve) => askers.push({ fits, give: resolve as (message: Out) => void }));
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await exited;
      }
    },
  };
}

/** A temporary folder with files in it. */
export function temporaryFolder(files: Readonly<Record<string, string>> = {}): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "windlass-sdk-test-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Waits for a condition of another process, which nobody can be told of. @throws after ten seconds */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      if (condition()) return;
    } catch (problem) {
      if (Date.now() > deadline) throw problem;
    }
    if (Date.now() > deadline) throw new RangeError("the condition did not come true");
    await pause(20);
  }
}

/** Whether a process is alive; a zombie is gone, though `kill -0` would find it. */
export function processState(pid: number): "alive" | "gone" {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8")) ? "gone" : "alive";
  } catch {
    return "gone";
  }
}
