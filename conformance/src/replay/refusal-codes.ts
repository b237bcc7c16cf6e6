/**
 * The `windlass.code` that each refused step must carry: `conformance/refusal-codes.json`, a table of our own, since a recording
 * of Airflow cannot know it. Keys are `<dialect> <scenario id> #<step>`, the step counted from 1.
 */
import { readFileSync } from "node:fs";
import type { Difference } from "./compare.ts";
import type { Dialect, Json } from "./recording.ts";
import { at } from "./variables.ts";

export type RefusalCodes = Readonly<Record<string, string>>;

/** Reads the table. */
export function readRefusalCodes(file: URL | string): RefusalCodes {
  return JSON.parse(readFileSync(file, "utf8")) as RefusalCodes;
}

/** The key of a step in the table. */
export function refusalKey(dialect: Dialect, scenarioId: string, stepNumber: number): string {
  return `${dialect} ${scenarioId} #${stepNumber}`;
}

/** The code that a refusal carries, if any. */
export function codeOf(answer: Json | undefined): string | undefined {
  const code = at(answer, "/windlass/code");
  return typeof code === "string" ? code : undefined;
}

/** A difference if the table knows the step and the answer carries another code. */
export function compareCode(codes: RefusalCodes, key: string, answer: Json | undefined): Difference | undefined {
  const expected = codes[key];
  if (expected === undefined) return undefined;
  const came = codeOf(answer);
  return came === expected ? undefined : { where: "windlass.code", expected, came: came ?? "no code" };
}
