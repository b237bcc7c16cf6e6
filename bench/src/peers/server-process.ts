import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A server that a peer needs. */
export interface ServerProcess {
  readonly pid: number;
  stop(): Promise<void>;
}

const READY_MS = 30_000;
const POLL_MS = 20;

/** Where a program is in the path; undefined where it is not. */
export function programInPath(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}

/** Starts a server and waits until it is ready. @throws where it ends before, or takes longer than half a minute */
export async function startServer(
  program: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  isReady: () => Promise<boolean>,
): Promise<ServerProcess> {
  const child = spawn(program, argv, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...env } });
  let problems = "";
  child.stderr.on("data", (chunk: Buffer) => (problems = (problems + chunk.toString()).slice(-2_000)));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.once("error", (error) => (problems += String(error)));
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  const until = performance.now() + READY_MS;
  while (!(await isReady())) {
    if (child.exitCode !== null || child.pid === undefined || performance.now() > until) {
      child.kill("SIGKILL");
      throw new Error(`${program} did not become ready: ${problems}`);
    }
    await delay(POLL_MS);
  }
  return {
    pid: child.pid ?? 0,
    async stop() {
      process.removeListener("exit", end);
      child.kill("SIGTERM");
      await ended;
    },
  };
}
