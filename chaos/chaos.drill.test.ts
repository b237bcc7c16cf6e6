import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { reportText } from "./src/report-text.ts";
import { runChaos } from "./src/run-chaos.ts";

/*
 * A slice of `npm run chaos` with another seed each time; WINDLASS_CHAOS_SEED repeats one. It runs where WINDLASS_CHAOS_MINUTES says for how long, and
 * is told as skipped elsewhere: until an hour of it has been quiet, what it finds is to be looked at by a person, not by whoever changes something else.
 */

const seed = Number(process.env.WINDLASS_CHAOS_SEED ?? Date.now() % 1_000_000);
const asked = process.env.WINDLASS_CHAOS_MINUTES;
const minutes = Number(asked ?? 2);
// Starting and ending, and the time until everything is over.
const MORE_MS = 6 * 60_000;

it.skipIf(asked === undefined || !existsSync("/proc/self/status"))(
  `chaos for ${String(minutes)} minutes (seed ${String(seed)}; needs WINDLASS_CHAOS_MINUTES): nothing is lost, nothing is done twice`,
  async () => {
    const report = await runChaos({
      seed,
      minutes,
      faketime: process.env.WINDLASS_FAKETIME,
      log: (line) => console.log(line),
    });
    console.log(reportText(report));
    expect(report.violations).toEqual([]);
  },
  minutes * 60_000 + MORE_MS,
);
