/**
 * node conformance/src/replay/main.ts FILE... --base URL [--only ID] [--verbose] [--json FILE] [--all]
 *
 * Replays recordings against a running server. By default only scenarios in scope (conformance/scope.json) and with the refusal
 * codes of conformance/refusal-codes.json. Exit code 1 when a step differs, 2 for wrong arguments.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readRefusalCodes } from "./refusal-codes.ts";
import { replay, type ReplayOptions, type StepReport } from "./run.ts";
import { readScope } from "./scope.ts";

const FEW = 4;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    base: { type: "string" },
    only: { type: "string" },
    verbose: { type: "boolean", default: false },
    json: { type: "string" },
    "in-scope": { type: "boolean", default: false },
    all: { type: "boolean", default: false },
  },
});

if (values.base === undefined || positionals.length === 0 || (values.all && values["in-scope"])) {
  console.error("usage: main.ts FILE... --base URL [--only ID] [--verbose] [--json FILE] [--in-scope | --all]");
  process.exit(2);
}

const options: ReplayOptions = {
  base: values.base.replace(/\/$/, ""),
  codes: readRefusalCodes(new URL("../../refusal-codes.json", import.meta.url)),
  ...(values.only === undefined ? {} : { only: values.only }),
  ...(values.all ? {} : { scope: readScope(new URL("../../scope.json", import.meta.url)) }),
  onStep: (report) => {
    if (report.verdict === "differs") print(report, values.verbose ? Infinity : FEW);
  },
};

const { steps, notYetInScope } = await replay(positionals, options);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(steps, null, 1));
const count = (verdict: StepReport["verdict"]) => steps.filter((step) => step.verdict === verdict).length;
console.log(
  `${steps.length} steps compared: ${count("same")} the same, ${count("deviates")} deviating on purpose, ${count("differs")} different`,
);
if (notYetInScope > 0) console.log(`${notYetInScope} steps not yet in scope`);
process.exitCode = count("differs") > 0 ? 1 : 0;

function print(report: StepReport, limit: number): void {
  console.log(`different: ${report.dialect} ${report.scenario} #${report.step} as ${report.as}: ${report.do}`);
  for (const { where, expected, came } of report.differences.slice(0, limit))
    console.log(`    ${where}: expected ${expected}, came ${came}`);
}
