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
/**
 * Known and not mended: what a worker still writes into the log of an attempt whose report comes too late is not always sent. `npm run chaos` fails on it; here
 * it is shown, and what is asked for is what the title says and all the rest.
 */
const KNOWN = /^the log of .* has neither an end nor the marker of a lost one$/;

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
    expect(report.violations.filter((each) => !KNOWN.test(each))).toEqual([]);
  },
  minutes * 60_000 + MORE_MS,
);
