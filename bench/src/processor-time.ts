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
  const used = { engine: (own.user + own.system) / 1_000, runners: 0, postgres: 0 };
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const parts = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ");
      const parent = Number(parts[1]);
      const ms = (Number(parts[11]) + Number(parts[12])) * TICK_MS;
      if (parent === process.pid && Number(pid) !== serverPid) used.runners += ms;
      else if (parent === serverPid) used.postgres += ms;
    } catch {
      // Ended meanwhile.
    }
  }
  return used;
}
