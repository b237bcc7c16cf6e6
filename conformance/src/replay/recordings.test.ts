import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readRecording, type Dialect, type Recording } from "./recording.ts";
import { readRefusalCodes, refusalKey } from "./refusal-codes.ts";
import { readScope } from "./scope.ts";

const home = new URL("../../", import.meta.url);
const dialects: readonly Dialect[] = ["v1", "v2"];
const files = dialects.flatMap((dialect) =>
  readdirSync(new URL(`recordings/${dialect}/`, home)).map((name) => ({
    dialect,
    name,
    recording: readRecording(new URL(`recordings/${dialect}/${name}`, home).pathname),
  })),
);
const of = (dialect: Dialect, name: string): Recording | undefined =>
  files.find((file) => file.dialect === dialect && file.name === name)?.recording;

describe("the recordings", () => {
  it("name no place of the machine that made them", () => {
    for (const { dialect, name } of files) {
      const text = readFileSync(new URL(`recordings/${dialect}/${name}`, home), "utf8");
      expect(text, name).not.toMatch(/\/(work|root|home|tmp|usr|opt)\/|localhost|127\.0\.0\.1/);
    }
  });

  it("have the dialect of their folder", () => {
    for (const { dialect, recording } of files) expect(recording.dialect).toBe(dialect);
  });
});

describe("scope.json", () => {
  const scope = readScope(new URL("scope.json", home));

  it("names only scenarios that exist", () => {
    for (const dialect of dialects) {
      for (const [name, ids] of Object.entries(scope[dialect])) {
        const known = of(dialect, name)?.scenarios.map(({ id }) => id) ?? [];
        expect(
          ids.filter((id) => !known.includes(id)),
          name,
        ).toEqual([]);
      }
    }
  });
});

describe("refusal-codes.json", () => {
  it("names only steps that are refused or may be", () => {
    const known = new Set(
      files.flatMap(({ dialect, recording }) =>
        recording.scenarios.flatMap(({ id, steps }) => steps.map((_step, index) => refusalKey(dialect, id, index + 1))),
      ),
    );
    const strange = Object.keys(readRefusalCodes(new URL("refusal-codes.json", home))).filter((key) => !known.has(key));
    expect(strange).toEqual([]);
  });
});
