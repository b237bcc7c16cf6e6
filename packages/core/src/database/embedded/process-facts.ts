import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What the operating system says of a process. */
export interface ProcessFacts {
  /** Differs between two processes that had the same id one after the other, also across reboots. */
  readonly startedAt: string;
  readonly commandLine: string;
}

/** Facts of a living process; undefined where there is none. A zombie, which an init that does not reap leaves for ever, is none. */
export async function processFacts(pid: number): Promise<ProcessFacts | undefined> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return process.platform === "linux" ? fromProc(pid) : fromPs(pid);
}

async function fromProc(pid: number): Promise<ProcessFacts | undefined> {
  try {
    const [stat, commandLine, boot] = await Promise.all([
      readFile(`/proc/${String(pid)}/stat`, "utf8"),
      readFile(`/proc/${String(pid)}/cmdline`, "utf8"),
      readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => ""),
    ]);
    // The name in parentheses may hold spaces and parentheses itself; after the last one come the state and, as the 20th, the start.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    return { startedAt: `${boot.trim()}/${fields[19] ?? ""}`, commandLine: commandLine.replaceAll("\0", " ").trim() };
  } catch {
    return undefined;
  }
}

async function fromPs(pid: number): Promise<ProcessFacts | undefined> {
  try {
    const { stdout } = await run("ps", ["-o", "stat=,lstart=,command=", "-p", String(pid)], {
      env: { LC_ALL: "C", PATH: "/bin:/usr/bin" },
    });
    const parts = /^\s*(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(stdout.trim());
    const [, state = "Z", startedAt = "", commandLine = ""] = parts ?? [];
    return state.startsWith("Z") ? undefined : { startedAt, commandLine };
  } catch {
    return undefined;
  }
}
