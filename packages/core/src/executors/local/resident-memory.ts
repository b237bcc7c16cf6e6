import { readFileSync } from "node:fs";

const PAGE_BYTES = 4_096;

/** How much memory a process holds, in MB; undefined where the system does not tell. */
export function residentMegabytes(pid: number | undefined): number | undefined {
  if (pid === undefined || process.platform !== "linux") return undefined;
  try {
    const pages = Number(readFileSync(`/proc/${String(pid)}/statm`, "utf8").split(" ")[1]);
    return (pages * PAGE_BYTES) / 1_048_576;
  } catch {
    return undefined;
  }
}
