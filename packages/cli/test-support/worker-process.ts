import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** A `windlass worker` of its own, as a real process with a folder of its own. */
export interface WorkerProcess {
  readonly process: ChildProcess;
  readonly pid: number;
  output(): string;
  /** SIGTERM, and waits for the end. @returns its exit code */
  stop(): Promise<number | null>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
}

/** Starts a worker. It may be started before its server. */
export function startWorker(options: {
  readonly url: string;
  readonly key: string;
  readonly folder: string;
  readonly arguments?: readonly string[];
}): WorkerProcess {
  const { url, key, folder, arguments: more = [] } = options;
  const child = spawn(
    process.execPath,
    [MAIN, "worker", "--server", url, "--queues", "far", "--parallelism", "2", "--data", folder, ...more],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, WINDLASS_API_KEY: key } },
  );
  let output = "";
  const read = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      resolve();
    });
  });
  return {
    process: child,
    pid: child.pid ?? 0,
    output: () => output,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await ended;
      return child.exitCode;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
