import { Worker } from "node:worker_threads";

// A text, not a file: so the thread needs no module loader and no type stripping, and stays at a few megabytes.
const WATCH = `
const { workerData: { parent, everyMs } } = require("node:worker_threads");
setInterval(() => {
  if (process.ppid === parent) return;
  try { process.kill(-process.pid, "SIGKILL"); } catch { process.kill(process.pid, "SIGKILL"); }
}, everyMs);
`;

/**
 * Starts a thread that ends the process group once the process has got another parent. Where the supervisor dies while user code blocks the
 * event loop, nobody there can see the channel close; without this a task would run on while its next attempt starts elsewhere.
 * @param parent pid of the supervisor
 */
export function watchForOrphan(parent: number): void {
  const watch = new Worker(WATCH, {
    eval: true,
    workerData: { parent, everyMs: 500 },
    // The thread needs nothing of the environment, and must not wait for the main thread to print.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  watch.on("error", () => undefined);
  watch.unref();
}
