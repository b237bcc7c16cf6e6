/** A fixture server as a process of its own, the way `npm run conformance:serve` starts it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A running fixture server. */
export interface FixtureServerProcess {
  readonly base: string;
  /** Sends SIGTERM and waits for the end; gives the exit code. */
  readonly stop: () => Promise<number | null>;
}

const SERVE = fileURLToPath(new URL("../src/serve.ts", import.meta.url));
const STARTS_WITHIN_MS = 120_000;

/** Starts a strict server on a free port; fails with what the server printed when it does not become ready. */
export async function startFixtureServer(): Promise<FixtureServerProcess> {
  const child = spawn(process.execPath, [SERVE, "--port", "0", "--strict"], { stdio: ["ignore", "pipe", "pipe"] });
  const printed: string[] = [];
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const ready = new Promise<string>((resolve, reject) => {
    const giveUp = setTimeout(() => {
      reject(new Error(`not ready in time:\n${printed.join("\n")}`));
    }, STARTS_WITHIN_MS);
    const listen = (line: string) => {
      printed.push(line);
      const base = /^ready (http:\S+)$/.exec(line)?.[1];
      if (base !== undefined) {
        clearTimeout(giveUp);
        resolve(base);
      }
    };
    createInterface(child.stdout).on("line", listen);
    createInterface(child.stderr).on("line", listen);
    void ended.then((code) => {
      clearTimeout(giveUp);
      reject(new Error(`ended with ${String(code)}:\n${printed.join("\n")}`));
    });
  });
  const stop = async () => {
    if (child.exitCode === null) child.kill("SIGTERM");
    return ended;
  };
  try {
    return { base: await ready, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
