/**
 * node conformance/src/propose-codes.ts REPORT...
 *
 * Prints the refusal codes found in reports of the replayer (`--json`), in the form of refusal-codes.json, to be read by a person
 * before they become what is expected.
 */
import { readFileSync } from "node:fs";
import { refusalKey } from "./replay/refusal-codes.ts";
import type { StepReport } from "./replay/run.ts";

const reports = process.argv.slice(2);
if (reports.length === 0) {
  console.error("usage: propose-codes.ts REPORT...");
  process.exit(2);
}
const steps = reports.flatMap((file) => JSON.parse(readFileSync(file, "utf8")) as StepReport[]);
const codes = steps.flatMap(({ dialect, scenario, step, code }) =>
  code === undefined ? [] : [[refusalKey(dialect, scenario, step), code] as const],
);
console.log(JSON.stringify(Object.fromEntries(codes), null, 2));
