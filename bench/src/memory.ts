import { readdirSync, readFileSync } from "node:fs";

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
