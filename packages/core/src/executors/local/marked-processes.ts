import { readdir, readFile } from "node:fs/promises";

/** The environment variable by which everything that a runner started is found again, whatever group or session it has moved to. */
export const RUNNER_MARK = "WINDLASS_RUNNER";

// What forks while it is looked for is found by the next look.
const MOST_LOOKS = 5;

async function findMarked(mark: string): Promise<readonly number[]> {
  const wanted = `${RUNNER_MARK}=${mark}`;
  const found: number[] = [];
  const names = await readdir("/proc").catch(() => []);
  for (const name of names) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    // Other accounts' processes cannot be read, and are none of ours.
    const environment = await readFile(`/proc/${name}/environ`, "latin1").catch(() => "");
    if (environment.split("\0").includes(wanted)) found.push(pid);
  }
  return found;
}

/** Kills every process that carries a runner's mark: also those that left its group (`setsid`, a daemon). Linux only; elsewhere the group must do. */
export async function killMarked(mark: string): Promise<void> {
  if (process.platform !== "linux") return;
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const pids = await findMarked(mark);
    if (pids.length === 0) return;
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // ESRCH: it has ended meanwhile.
      }
    }
  }
}
