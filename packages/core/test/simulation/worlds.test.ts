import { randomInt } from "node:crypto";
import { expect, describe, it } from "vitest";
import { liveThrough, type WorldResult } from "../../test-support/simulation/world.ts";

/*
 * The product's own schedulers, dispatchers, keepers of leases and rescuers in worlds of virtual time over the double of PostgreSQL. The suite lives
 * through the same worlds every time, and any change of what they decide makes new histories of them. `WINDLASS_WORLD_SEED` lives through one world again and
 * tells its history, `WINDLASS_WORLDS` through so many, from a seed that is drawn and told, or from `WINDLASS_WORLD_FROM`.
 */

const SEED = process.env["WINDLASS_WORLD_SEED"];
const ASKED = process.env["WINDLASS_WORLDS"];
const WORLDS = Number(ASKED ?? 2_000);
/** Without being asked for a number the suite lives through as many as fit into this. */
const BUDGET_SECONDS = ASKED === undefined ? 40 : Infinity;
const FEWEST = 50;

function firstSeed(): number {
  const named = SEED ?? process.env["WINDLASS_WORLD_FROM"];
  if (named !== undefined) return Number(named);
  return ASKED === undefined ? 1 : randomInt(2 ** 40);
}

function verdict({ seed, faults, log }: WorldResult): string | undefined {
  if (faults.length === 0) return undefined;
  return [
    `the world of seed ${String(seed)} broke ${faults.map((each) => each.invariant).join(", ")}`,
    `again: WINDLASS_WORLD_SEED=${String(seed)} npx vitest run --project unit packages/core/test/simulation/worlds.test.ts`,
    ...log.slice(-60),
  ].join("\n");
}

describe("worlds of schedulers, workers and people in all kinds of trouble", () => {
  it("keep the invariants, and everything comes to its end", async () => {
    const first = firstSeed();
    const began = performance.now();
    const counts = { worlds: 0, commits: 0, runs: 0, begun: 0, troubles: 0 };
    for (let at = 0; at < (SEED === undefined ? WORLDS : 1); at += 1) {
      if (performance.now() - began > BUDGET_SECONDS * 1_000 && counts.worlds >= FEWEST) break;
      const world = await liveThrough(first + at);
      if (SEED !== undefined) console.log(world.log.join("\n"));
      expect(verdict(world)).toBeUndefined();
      counts.worlds += 1;
      for (const of of ["commits", "runs", "begun", "troubles"] as const) counts[of] += world.counts[of];
    }
    console.log(`worlds from seed ${String(first)}: ${JSON.stringify(counts)}`);
    if (SEED !== undefined) return;
    // A world in which nothing goes on breaks nothing.
    expect(counts.begun / counts.worlds).toBeGreaterThan(5);
    expect(counts.troubles / counts.worlds).toBeGreaterThan(1);
  }, 3_600_000);

  it("are the same for the same seed", async () => {
    const seeds = [1, 2, 3, randomInt(2 ** 40)];
    for (const seed of seeds) {
      const [one, other] = [await liveThrough(seed), await liveThrough(seed)];
      expect(other.hash, String(seed)).toBe(one.hash);
    }
    const hashes = await Promise.all(seeds.map(async (seed) => (await liveThrough(seed)).hash));
    expect(new Set(hashes).size).toBe(seeds.length);
  }, 120_000);
});
