import { readdirSync, readFileSync } from "node:fs";

/** Whether a process runs; one that has ended and was not waited for does not. */
function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** The runners of a supervisor. */
export function runnersOf(supervisor: number): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          new RegExp(`^PPid:\\s+${String(supervisor)}$`, "m").test(
            readFileSync(`/proc/${String(pid)}/status`, "utf8"),
          ) && isRunner(pid)
        );
      } catch {
        return false;
      }
    });
}

/** Whether a process is a living runner. */
export function isRunner(pid: number): boolean {
  try {
    return lives(pid) && readFileSync(`/proc/${String(pid)}/cmdline`, "utf8").includes("runner-main");
  } catch {
    return false;
  }
}

/** SIGKILL. @returns whether it was still there */
export function killedNow(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}
