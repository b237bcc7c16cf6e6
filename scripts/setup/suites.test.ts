import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../architecture/repository.ts";
import { readResults, suites } from "./suites.mjs";

const file = (status: string, tests: string[], message = ""): object => ({
  name: join(root, "a.test.ts"),
  status,
  message,
  assertionResults: tests.map((each, index) => ({ status: each, fullName: `test ${index}` })),
});

it("counts what passed, failed and was skipped", () => {
  const report = { testResults: [file("passed", ["passed", "skipped"]), file("failed", ["failed", "todo"])] };
  expect(readResults(report)).toMatchObject({ passed: 1, failed: 1, skipped: 2, trouble: [] });
});

it("calls it trouble when a file could not be run or there is no report", () => {
  expect(readResults({ testResults: [file("failed", [], "SyntaxError: x\nat y")] }).trouble).toEqual([
    "a.test.ts could not be run: SyntaxError: x",
  ]);
  expect(readResults(undefined).trouble).toHaveLength(1);
});

it("gives every test file to exactly one suite", () => {
  const names = [
    "a.test.ts",
    "a.test.tsx",
    "a.packed.test.ts",
    "a.story.test.ts",
    "a.drill.test.ts",
    "a.replay.test.ts",
    "a.chaos.test.ts",
  ];
  for (const name of names) expect(suites.filter((suite) => suite.files(`packages/cli/test/${name}`))).toHaveLength(1);
});

it("starts no suite beside one that there is not, or that is itself beside another", () => {
  const alone = new Set(suites.filter(({ beside }) => beside === undefined).map(({ name }) => name));
  for (const { beside } of suites) if (beside !== undefined) expect(alone).toContain(beside);
});
