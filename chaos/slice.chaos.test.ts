import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { reportText } from "./src/report-text.ts";
import { runChaos } from "./src/run-chaos.ts";

/*
 * A slice of `npm run chaos` with another seed each time, beside suites that mostly wait. WINDLASS_CHAOS_SEED repeats one, WINDLASS_CHAOS_MINUTES says for
 * how long.
 */

const seed = Number(process.env.WINDLASS_CHAOS_SEED ?? Date.now() % 1_000_000);
const minutes = Number(process.env.WINDLASS_CHAOS_MINUTES ?? 4);
// Starting and ending, and the time until everything is over.
const MORE_MS = 6 * 60_000;

it.skipIf(!existsSync("/proc/self/status"))(
  `chaos for ${String(minutes)} minutes (seed ${String(seed)}): nothing is lost, nothing is done twice`,
  async () => {
    const report = await runChaos({
      ...{ seed, minutes },
      // Two slow processors that others use as well: what is asked for is that it goes on at all.
      rate: 1,
      leastRunsAMinute: 4,
      faketime: process.env.WINDLASS_FAKETIME,
      log: (line) => {
        console.log(line);
      },
    });
    console.log(reportText(report));
    expect(report.violations).toEqual([]);
  },
  minutes * 60_000 + MORE_MS,
);
