// `npm test`: installs what is missing, runs every suite, names the parts that are absent, and ends with the counts. Plain JavaScript
// with nothing but Node's own modules, because it also runs before anything is installed.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { runForeground } from "./setup/child.mjs";
import { ensureInstalled, pinnedNode } from "./setup/install.mjs";
import { findParts, partsEnvironment } from "./setup/parts.mjs";
import { root } from "./setup/root.mjs";
import { ensureUiBuilt } from "./setup/ui-build.mjs";
import { readResults, suites, testFiles } from "./setup/suites.mjs";

const { only, filters } = readArguments(process.argv.slice(2));
// The whole of CI has 25 minutes, installation included.
const deadline = Date.now() + Number(process.env.WINDLASS_TEST_MINUTES ?? 23) * 60_000;
const totals = { passed: 0, failed: 0, skipped: 0 };
const trouble = [];
const skippedTests = [];
const lines = [];

ensureInstalled();
const chosen = suites.filter((suite) => only.length === 0 || only.includes(suite.name));
if (chosen.some((suite) => suite.needsUi) && filters.length === 0 && !ensureUiBuilt()) {
  trouble.push("the web UI could not be built");
}

const folder = mkdtempSync(join(tmpdir(), "windlass-test-"));
for (const suite of chosen) {
  // Whoever is chosen without its companion is run by itself.
  if (chosen.some(({ name }) => name === suite.beside)) continue;
  const companions = chosen.filter(({ beside }) => beside === suite.name);
  await Promise.all([run(suite), ...companions.map((each) => run(each, { quietly: true }))]);
}
rmSync(folder, { recursive: true, force: true });
summarize();

/** @param quietly what it prints is shown when it has ended */
async function run(suite, { quietly = false } = {}) {
  const files = testFiles(suite);
  if (files.length === 0) {
    lines.push(`${suite.name}: no test files`);
    if (suite.required && filters.length === 0) trouble.push(`${suite.name} has no test files`);
    return;
  }
  const title = `\n== ${suite.name}: ${suite.about} (${files.length} files)`;
  console.log(quietly ? `${title}, beside ${suite.beside}; what it says comes when it has ended` : title);
  const said = join(folder, `${suite.name}.txt`);
  const output = quietly ? openSync(said, "w") : "inherit";
  const report = join(folder, `${suite.name}.json`);
  const started = Date.now();
  const code = await runForeground(
    pinnedNode,
    [
      "node_modules/vitest/vitest.mjs",
      "run",
      ...suite.projects.flatMap((project) => ["--project", project]),
      ...(suite.alone ? ["--no-file-parallelism"] : []),
      ...(filters.length > 0 ? ["--passWithNoTests", ...filters] : []),
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ],
    {
      cwd: root,
      group: true,
      stdio: ["ignore", output, output],
      timeoutMs: Math.max(1_000, Math.min(suite.minutes * 60_000, deadline - Date.now())),
      env: {
        ...process.env,
        ...partsEnvironment(),
        PATH: [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter),
      },
    },
  );
  if (quietly) {
    closeSync(output);
    console.log(`${title}\n${readFileSync(said, "utf8")}`);
  }
  const results = readResults(readReport(report));
  for (const key of Object.keys(totals)) totals[key] += results[key];
  skippedTests.push(...results.skippedTests);
  trouble.push(...results.trouble.map((what) => `${suite.name}: ${what}`));
  if (code === 124) trouble.push(`${suite.name}: stopped, it took longer than its time allows`);
  else if (code !== 0 && results.failed === 0 && results.trouble.length === 0) {
    trouble.push(`${suite.name}: vitest ended with exit code ${code} although no test failed`);
  } else if (filters.length === 0 && results.passed + results.failed + results.skipped === 0) {
    trouble.push(`${suite.name}: vitest ran no tests`);
  }
  const seconds = Math.round((Date.now() - started) / 1000);
  lines.push(
    `${suite.name}: ${results.passed} passed, ${results.failed} failed, ${results.skipped} skipped (${seconds} s)`,
  );
}

function summarize() {
  console.log(`\n${lines.join("\n")}`);
  for (const part of findParts().filter((part) => part.path === undefined)) {
    const count = skippedTests.filter(({ file, title }) => part.covers(relative(root, file), title)).length;
    console.log(`absent: ${part.name} (${part.mend}): ${count} tests skipped`);
  }
  // What is no failed test but no success either counts as one failure each, so that the last line never looks green.
  for (const what of trouble) console.log(`failed: ${what}`);
  const failed = totals.failed + trouble.length;
  process.exitCode = failed > 0 ? 1 : 0;
  console.log(`${totals.passed} passed, ${failed} failed, ${totals.skipped} skipped`);
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function readArguments(args) {
  const only = args.filter((arg) => arg.startsWith("--suite=")).map((arg) => arg.slice("--suite=".length));
  const unknown = only.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    console.error(
      `No suite is called ${unknown.join(", ")}. There are: ${suites.map((suite) => suite.name).join(", ")}.`,
    );
    process.exit(2);
  }
  return { only, filters: args.filter((arg) => !arg.startsWith("--suite=")) };
}
