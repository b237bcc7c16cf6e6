import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { KILLED_WITH_PARENT } from "@windlass/contract";

/** A child that runs user code. */
export interface ChildOptions {
  /** Its entry file. */
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Options of Node itself, before the entry. */
  readonly nodeOptions: readonly string[];
}

const SETPRIV = ["/usr/bin/setpriv", "/bin/setpriv"];

let setpriv: string | undefined | null = null;

/**
 * Starts a Node process in a group of its own, so that it can be killed with all it started, and with a message channel. Where the system has
 * `setpriv` it is killed by the kernel when this process dies, however busy it is; elsewhere it ends by itself when the channel closes.
 */
export function spawnChild(options: ChildOptions): ChildProcess {
  if (setpriv === null) setpriv = process.platform === "linux" ? SETPRIV.find(isExecutable) : undefined;
  const node = [process.execPath, ...options.nodeOptions, options.path];
  const [command = process.execPath, ...args] =
    setpriv === undefined ? node : [setpriv, "--pdeathsig", "KILL", ...node, KILLED_WITH_PARENT];
  return spawn(command, args, {
    detached: true,
    env: { ...options.environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization: "json",
    windowsHide: true,
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Sends a signal to a child's whole group; a group that is gone is no error. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: it has ended meanwhile.
  }
}
