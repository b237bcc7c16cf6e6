import { existsSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { ensureProgramBuilt, programsFolder, stateOf } from "./program-build.mjs";
import { root } from "../architecture/repository.ts";

it("bundles the program once, and again into another folder when a source has changed", () => {
  const first = ensureProgramBuilt() ?? "";
  expect(dirname(dirname(first))).toBe(programsFolder);
  expect(ensureProgramBuilt()).toBe(first);

  const source = "packages/cli/src/version.ts";
  const before = stateOf(source);
  const { atime, mtime } = statSync(join(root, source));
  utimesSync(join(root, source), atime, new Date(mtime.getTime() - 1_000));
  try {
    expect(stateOf(source)).not.toBe(before);
    expect(ensureProgramBuilt()).not.toBe(first);
    // A server that runs from the earlier one still loads from it.
    expect(existsSync(first)).toBe(true);
  } finally {
    utimesSync(join(root, source), atime, mtime);
  }
});
