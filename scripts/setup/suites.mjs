import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./root.mjs";

/**
 * What `npm test` runs, in this order. `projects` are those of vitest.config.ts; a suite that is `alone` runs one file at a time, because
 * each of its files takes the machine for itself. One that is `beside` another is started together with it. The minutes are a limit, not an expectation.
 */
export const suites = [
  {
    name: "unit",
    about: "units and integration with a real PostgreSQL",
    projects: ["unit", "ui"],
    files: (path) => /\.test\.tsx?$/.test(path) && !/\.(packed|story|drill|replay|chaos)\.test\.ts$/.test(path),
    required: true,
    minutes: 12,
  },
  { ...heavy("packed"), about: "the published package, packed and installed elsewhere", needsUi: true, minutes: 6 },
  { ...heavy("story"), about: "stories in a real browser", needsUi: true, minutes: 6 },
  { ...heavy("drill"), about: "processes killed at any moment", minutes: 13 },
  // Beside the drills, which mostly wait: what it does to the machine is only more of what they are about.
  { ...heavy("chaos"), about: "many processes under load and faults drawn by a seed", beside: "drill", minutes: 13 },
  { ...heavy("replay"), about: "recorded exchanges of real Airflow", minutes: 10 },
];

/** The test files of a suite. */
export function testFiles(suite) {
  return ["packages", "conformance", "bench", "chaos", "examples", "scripts"].flatMap(filesBelow).filter(suite.files);
}

/** The counts of vitest's JSON report; a report that is missing, and a file that could not be collected, are trouble. */
export function readResults(report) {
  const results = { passed: 0, failed: 0, skipped: 0, skippedTests: [], trouble: [] };
  if (report === undefined) return { ...results, trouble: ["vitest left no report"] };
  for (const file of report.testResults) {
    for (const test of file.assertionResults) {
      if (test.status === "passed") results.passed += 1;
      else if (test.status === "failed") results.failed += 1;
      else {
        results.skipped += 1;
        results.skippedTests.push({ file: file.name, title: test.fullName });
      }
    }
    const failedTests = file.assertionResults.some((test) => test.status === "failed");
    if (file.status === "failed" && !failedTests)
      results.trouble.push(`${relative(root, file.name)} could not be run${firstLine(file.message)}`);
  }
  return results;
}

function heavy(name) {
  return { name, projects: [name], files: (path) => path.endsWith(`.${name}.test.ts`), alone: true };
}

function firstLine(message) {
  const line = (message ?? "").split("\n")[0];
  return line === "" ? ", see above" : `: ${line}`;
}

function filesBelow(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (["node_modules", "dist", ".windlass"].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}
