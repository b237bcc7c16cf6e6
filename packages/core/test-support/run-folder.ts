import { tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "windlass-test-";

/** Name of the variable by which the workers of one vitest run find each other's server. */
export const RUN_VARIABLE = "WINDLASS_TEST_RUN";

/** The folder of one run's server. Runs are apart, so that one that ends does not take away another's database. */
export function runFolder(run: number): string {
  return join(tmpdir(), `${PREFIX}${String(run)}`);
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
