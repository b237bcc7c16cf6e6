import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { OutcomeCase } from "./airflow-outcomes/case.ts";
import { replay } from "./airflow-outcomes/replay.ts";

const cases = readFileSync(join(import.meta.dirname, "airflow-outcomes/cases.ndjson"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as OutcomeCase);
const named = (which: readonly OutcomeCase[]) => which.map((each) => [each.id, each] as const);

describe("what real Airflow made of small random Dags", () => {
  it.each(named(cases.filter(({ differs }) => differs === undefined)))("is what we make of %s", (_id, given) => {
    expect(replay(given)).toEqual({ run: given.run, states: given.states });
  });

  it.each(named(cases.filter(({ differs }) => differs !== undefined)))(
    "is not what we make of %s, for a reason",
    (_id, given) => {
      expect(replay(given)).not.toEqual({ run: given.run, states: given.states });
    },
  );
});
