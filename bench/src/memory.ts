import { memoryOf, processTree } from "./processes.ts";

/** Proportional set size of a process and all below it, and of a database server of the same data folder, in MB. Linux only. */
export function treeMegabytes(rootPid: number, dataFolder: string): number {
  return processTree(rootPid, dataFolder).reduce((sum, { pid }) => sum + (memoryOf(pid)?.pss ?? 0), 0);
}
