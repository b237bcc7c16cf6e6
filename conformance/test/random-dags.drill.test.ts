import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import "windlass/testing";
import { buildDag } from "./random-dags/build-dag.ts";
import { anyDag, type DagSpec } from "./random-dags/dag-spec.ts";
import type { Outcome } from "./random-dags/outcome.ts";
import { type Produced, runInProduction } from "./random-dags/production.ts";

const COUNT = Number(process.env["WINDLASS_RANDOM_DAGS"] ?? 500);
const SEED = Number(process.env["WINDLASS_RANDOM_SEED"] ?? Date.now() % 1_000_000_000);

/** Runs a Dag by `dag.test()`. */
async function runInTest(spec: DagSpec): Promise<Outcome> {
  const { state, taskInstances, xcoms } = await buildDag(spec).test();
  const notes = Object.entries(xcoms).flatMap(([taskId, { note }]) =>
    note === undefined ? [] : [[taskId, Array.isArray(note) ? note : [note]] as const],
  );
  return {
    state,
    instances: Object.fromEntries(
      taskInstances.map(({ taskId, mapIndex, state: ended, tryNumber, xcom }) => [
        `${taskId}[${String(mapIndex)}]`,
        [ended, tryNumber, xcom] as const,
      ]),
    ),
    notes: Object.fromEntries(notes),
  };
}

/** Instances that differ, as lines to read. */
function differences(tested: Outcome, produced: Outcome | undefined): readonly string[] {
  const keys = new Set([...Object.keys(tested.instances), ...Object.keys(produced?.instances ?? {})]);
  const lines = [...keys].flatMap((key) => {
    const [test, production] = [tested.instances[key], produced?.instances[key]];
    if (isDeepStrictEqual(test, production)) return [];
    return [`${key}: ${JSON.stringify(test)} by dag.test(), ${JSON.stringify(production)} in production`];
  });
  return [`run: ${tested.state} by dag.test(), ${String(produced?.state)} in production`, ...lines];
}

/** How often each state, try number and kind of instance came. */
function tally(outcomes: readonly Outcome[]): ReadonlyMap<string, number> {
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  for (const { state, instances } of outcomes) {
    count(`run ${state}`);
    for (const [key, [ended, tries]] of Object.entries(instances)) {
      count(`task ${String(ended)}`);
      count(`tries ${String(tries)}`);
      if (!key.endsWith("[-1]")) count("mapped");
      if (key.includes(".")) count("in a group");
    }
  }
  return seen;
}

// The same Dags again: WINDLASS_RANDOM_SEED; fewer of them: WINDLASS_RANDOM_DAGS.
describe(`${String(COUNT)} random Dags of the seed ${String(SEED)}`, () => {
  const specs: readonly DagSpec[] = fc
    .sample(anyDag, { numRuns: COUNT, seed: SEED })
    .map((spec, at) => ({ ...spec, dagId: `random_${String(at)}` }));
  let produced: Produced;
  const tested = new Map<string, Outcome>();

  beforeAll(async () => {
    produced = await runInProduction(specs);
    for (const spec of specs) tested.set(spec.dagId, await runInTest(spec));
  }, 600_000);

  it("come to an end in production, and leave a sound database", () => {
    expect(produced.loadErrors).toEqual([]);
    expect(produced.problems).toEqual([]);
    expect(produced.violations).toEqual([]);
    expect(produced.outcomes.size).toBe(COUNT);
  });

  it("come to the same end by dag.test(): states, tries, map indexes and XComs", () => {
    const different = specs.filter(
      (spec) => !isDeepStrictEqual(tested.get(spec.dagId), produced.outcomes.get(spec.dagId)),
    );
    const [first] = different;
    const said = first && differences(tested.get(first.dagId)!, produced.outcomes.get(first.dagId)).join("\n");
    expect(
      different.length,
      `seed ${String(SEED)}: ${first?.dagId ?? ""}\n${said ?? ""}\n${JSON.stringify(first)}`,
    ).toBe(0);
  });

  it.runIf(COUNT >= 100)("have every end that there is, mapped and in groups", () => {
    const seen = tally([...tested.values()]);
    const ends = ["success", "failed", "upstream_failed", "skipped"].map((state) => `task ${state}`);
    for (const what of [
      ...ends,
      "run success",
      "run failed",
      "tries 0",
      "tries 1",
      "tries 2",
      "tries 3",
      "mapped",
      "in a group",
    ]) {
      expect(seen.get(what) ?? 0, what).toBeGreaterThan(COUNT / 20);
    }
  });
});
