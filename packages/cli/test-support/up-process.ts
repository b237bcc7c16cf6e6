import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { removeDataFolder } from "@windlass/core/database";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** The admin's password of every installation made here. */
export const ADMIN_PASSWORD = "a password for tests";

/** How to start `windlass up`. */
export interface UpOptions {
  readonly dagsFolder: string;
  readonly dataFolder: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly arguments?: readonly string[];
  readonly cwd?: string;
  /** @defaultValue a free one */
  readonly port?: number;
  /** Another program than the sources, such as the packed package's. */
  readonly main?: string;
}

/** A `windlass up` of its own, as a real process. */
export interface UpProcess {
  readonly url: string;
  /** The API key that `up` stored for the CLI. */
  readonly key: string;
  readonly dataFolder: string;
  readonly process: ChildProcess;
  /** All that it printed so far. */
  output(): string;
  /** From the spawn to the first healthy answer, in milliseconds. */
  readonly startMs: number;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
}

/** Starts `windlass up` on a free port and waits for its first healthy answer. @throws where it ends before */
export async function startUp(options: UpOptions): Promise<UpProcess> {
  const port = options.port ?? (await freePort());
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [
      options.main ?? MAIN,
      ...["up", "--port", String(port), "--dags", options.dagsFolder, "--data", options.dataFolder],
      ...(options.arguments ?? []),
    ],
    {
      stdio: ["ignore", "pipe", "pipe"],
      cwd: options.cwd ?? process.cwd(),
      env: { ...process.env, WINDLASS_ADMIN_PASSWORD: ADMIN_PASSWORD, ...options.env },
    },
  );
  let output = "";
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      resolve();
    });
  });
  const url = `http://127.0.0.1:${String(port)}`;
  const told = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes(url)) resolve();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    void ended.then(() => {
      reject(new Error(`windlass up ended before it answered:\n${output}`));
    });
  });
  told.catch(() => undefined);
  while (child.exitCode === null && !(await healthy(url))) await delay(10);
  const startMs = performance.now() - begun;
  // It answers before it has read every Dag file; what it tells a person comes after that.
  await told;
  return {
    url,
    key: readFileSync(join(options.dataFolder, "cli.key"), "utf8").trim(),
    dataFolder: options.dataFolder,
    process: child,
    output: () => output,
    startMs,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await ended;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}

async function healthy(url: string): Promise<boolean> {
  return fetch(`${url}/api/v2/monitor/health`).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** A temporary folder that other accounts may pass through, as an embedded server started by root needs. */
export function temporaryFolder(): { readonly path: string; remove(): Promise<void> } {
  const path = mkdtempSync(join(tmpdir(), "windlass-"));
  chmodSync(path, 0o711);
  return {
    path,
    async remove() {
      await removeDataFolder(join(path, "data", "postgres"));
      await removeDataFolder(path);
    },
  };
}
