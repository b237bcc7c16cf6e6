import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "windlass-test-";
const IN_MEMORY = "/dev/shm";
const PLENTY_BYTES = 2_000_000_000;

/** Name of the variable by which the workers of one vitest run find each other's server. */
export const RUN_VARIABLE = "WINDLASS_TEST_RUN";

/** Where the folders of runs lie: in memory where there is plenty, for a database of 300 files is cloned there in 20 ms instead of 300. */
export function runsFolder(): string {
  try {
    const memory = statfsSync(IN_MEMORY);
    return memory.bavail * memory.bsize > PLENTY_BYTES ? IN_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** The folder of one run's server. Runs are apart, so that one that ends does not take away another's database. */
export function runFolder(run: number): string {
  return join(runsFolder(), `${PREFIX}${String(run)}`);
}

/** The run that a folder's name tells; undefined for any other folder. */
export function runOf(name: string): number | undefined {
  const run = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length)) : Number.NaN;
  return Number.isSafeInteger(run) ? run : undefined;
}

/** This run: the main process of vitest, which every worker is a child of. */
export function currentRun(): number {
  return Number(process.env[RUN_VARIABLE] ?? process.ppid);
}
