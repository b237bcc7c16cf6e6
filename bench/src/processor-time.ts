import { readdirSync, readFileSync } from "node:fs";

const TICK_MS = 10;

/** Processor time used so far, in ms, by what part of the whole: it depends less on what else the machine does than the clock. */
export interface ProcessorMs {
  /** This process. */
  readonly engine: number;
  /** Its children, without PostgreSQL. */
  readonly runners: number;
  readonly postgres: number;
}

/** Reads it. @param serverPid the process of PostgreSQL, a child of this one */
export function processorMs(serverPid: number): ProcessorMs {
  const own = process.cpuUsage();
  // What has ended is counted where it was waited for.
  const used = {
    engine: (own.user + own.system) / 1_000,
    runners: timesOf(process.pid)?.ended ?? 0,
    postgres: timesOf(serverPid)?.ended ?? 0,
  };
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const times = timesOf(Number(pid));
    if (times?.parent === process.pid && Number(pid) !== serverPid) used.runners += times.own;
    else if (times?.parent === serverPid) used.postgres += times.own;
  }
  return used;
}

/** In ms, of a process and of its children that have ended; undefined where it is gone. */
function timesOf(pid: number): { readonly parent: number; readonly own: number; readonly ended: number } | undefined {
  try {
    const [, parent, ...rest] = readFileSync(`/proc/${String(pid)}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ")
      .map(Number);
    const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = rest.slice(9);
    return { parent: parent ?? 0, own: (user + system) * TICK_MS, ended: (childrenUser + childrenSystem) * TICK_MS };
  } catch {
    return undefined;
  }
}
