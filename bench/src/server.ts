import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A `windlass up` of its own in a temporary folder. */
export interface BenchServer {
  readonly url: string;
  readonly key: string;
  readonly dataFolder: string;
  /** Milliseconds from the spawn to the first healthy answer. */
  readonly startMs: number;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts `windlass up` with the benchmark's Dags and waits for its first healthy answer. */
export async function startServer(dataFolder: string): Promise<BenchServer> {
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [join(root, "packages/cli/src/main.ts"), "up", "--port", "0", "--dags", join(root, "bench/dags"), "--data", dataFolder],
    { stdio: ["ignore", "pipe", "inherit"], cwd: root, env: { ...process.env, WINDLASS_ADMIN_PASSWORD: "bench admin password" } },
  );
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /https?:\/\/[\w.:[\]]+/.exec(text);
      if (found) resolve(found[0]);
    });
    child.once("exit", (code) => {
      reject(new Error(`windlass up ended with ${code} before it answered`));
    });
  });
  for (;;) {
    const healthy = await fetch(`${url}/api/v2/monitor/health`).then((answer) => answer.ok, () => false);
    if (healthy) break;
  }
  const startMs = performance.now() - begun;
  const key = readFileSync(join(dataFolder, "cli.key"), "utf8").trim();
  return {
    url,
    key,
    dataFolder,
    startMs,
    process: child,
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => {
          resolve();
        });
        child.kill("SIGTERM");
      }),
  };
}

/** A folder that is removed by the returned function. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "windlass-bench-"));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Proportional set size of a process and all below it, and of a database server of the same data folder, in MB. Linux only. */
export function treeMegabytes(rootPid: number, dataFolder: string): number {
  const parents = new Map<number, number>();
  const commands = new Map<number, string>();
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      parents.set(pid, Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]));
      commands.set(pid, readFileSync(`/proc/${pid}/cmdline`, "utf8"));
    } catch {
      // Gone in between.
    }
  }
  const roots = new Set([rootPid]);
  for (const [pid, command] of commands) if (command.includes(dataFolder)) roots.add(pid);
  const belongs = (pid: number): boolean => {
    for (let at = pid; at > 1; at = parents.get(at) ?? 0) if (roots.has(at)) return true;
    return false;
  };
  let kilobytes = 0;
  for (const pid of parents.keys()) {
    if (!belongs(pid)) continue;
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
    } catch {
      // Gone in between.
    }
  }
  return kilobytes / 1024;
}
