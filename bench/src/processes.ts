import { readdirSync, readFileSync } from "node:fs";

/** What `/proc` tells about one process. Linux only. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every process of the machine that can be looked at. */
function allProcesses(): ReadonlyMap<number, ProcessFacts> {
  const found = new Map<number, ProcessFacts>();
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
      found.set(pid, { pid, parent, command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ") });
    } catch {
      // Gone in between.
    }
  }
  return found;
}

/** A process and all below it, and the database server of the same data folder with all below it. */
export function processTree(rootPid: number, dataFolder: string): readonly ProcessFacts[] {
  const all = allProcesses();
  const roots = new Set([rootPid]);
  for (const { pid, command } of all.values()) if (command.includes(dataFolder)) roots.add(pid);
  const belongs = (pid: number): boolean => {
    for (let at = pid; at > 1; at = all.get(at)?.parent ?? 0) if (roots.has(at)) return true;
    return false;
  };
  return [...all.values()].filter(({ pid }) => belongs(pid));
}

/** The parts of an installation among which costs are told apart. */
export type Role = "control" | "runners" | "postgres" | "other";

/** @param rootPid the process of `windlass up` */
export function roleOf({ pid, command }: ProcessFacts, rootPid: number): Role {
  if (pid === rootPid) return "control";
  if (command.includes("runner-main")) return "runners";
  return /(^|\/)postgres(:| )/.test(command) ? "postgres" : "other";
}

/** Memory in MB: resident, proportional, and what belongs to the process alone and to no file. */
export interface Memory {
  readonly rss: number;
  readonly pss: number;
  readonly anonymous: number;
}

/** Undefined where the process has ended. */
export function memoryOf(pid: number): Memory | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0) / 1024;
    return { rss: of("Rss"), pss: of("Pss"), anonymous: of("Pss_Anon") };
  } catch {
    return undefined;
  }
}

const TICK_MS = 10;

/** Processor time of one process in ms, user and system, and what of it has ended children. */
export function processorMs(pid: number): { readonly own: number; readonly endedChildren: number } {
  try {
    const parts = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const at = (index: number): number => Number(parts[index]) * TICK_MS;
    return { own: at(11) + at(12), endedChildren: at(13) + at(14) };
  } catch {
    return { own: 0, endedChildren: 0 };
  }
}

/** Open handles and threads. */
export function handlesOf(pid: number): { readonly handles: number; readonly threads: number } {
  try {
    const handles = readdirSync(`/proc/${pid}/fd`).length;
    const threads = Number(/^Threads:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
    return { handles, threads };
  } catch {
    return { handles: 0, threads: 0 };
  }
}
