import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ADMIN_PASSWORD } from "./up-process.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** A part of an installation (`api-server`, `scheduler`, `dag-processor`) as a real process. */
export interface PartProcess {
  readonly process: ChildProcess;
  readonly pid: number;
  /** All that it printed so far. */
  output(): string;
  /** Settles with what it printed first; rejected where it ends before. */
  readonly ready: Promise<string>;
  /** SIGTERM, and waits for the end. @returns its exit code */
  stop(): Promise<number | null>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
}

/** Starts a part; it shares what `env` names with the others. */
export function startPart(
  command: string,
  more: readonly string[],
  env: Readonly<Record<string, string>>,
): PartProcess {
  const child = spawn(process.execPath, [MAIN, command, ...more], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, WINDLASS_ADMIN_PASSWORD: ADMIN_PASSWORD, ...env },
  });
  let output = "";
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      resolve();
    });
  });
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      resolve(output);
    });
    void ended.then(() => {
      reject(new Error(`windlass ${command} ended before it was ready:\n${output}`));
    });
  });
  ready.catch(() => undefined);
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  return {
    process: child,
    pid: child.pid ?? 0,
    output: () => output,
    ready,
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
