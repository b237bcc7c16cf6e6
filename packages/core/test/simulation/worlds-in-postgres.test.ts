import { findStartedTooEarly, testDatabase } from "@windlass/core/test-support";
import { describe, expect, it } from "vitest";
import { findViolations } from "../../src/store/invariants.ts";
import { copyToPostgres } from "../../test-support/simulation/copy-to-postgres.ts";
import { liveThrough } from "../../test-support/simulation/world.ts";

/** One in fifty of the worlds that the suite lives through, and any that somebody names. */
const SEED = process.env["WINDLASS_WORLD_SEED"];
const WORLDS = SEED === undefined ? Math.ceil(Number(process.env["WINDLASS_WORLDS"] ?? 1_000) / 50) : 1;

async function violations(seed: number, defects: Parameters<typeof liveThrough>[1] = {}): Promise<readonly string[]> {
  const world = await liveThrough(seed, defects);
  await using test = await testDatabase();
  await copyToPostgres(world.tables, test.database);
  const found = [...(await findViolations(test.database)), ...(await findStartedTooEarly(test.database))];
  return [...new Set(found.map((each) => each.invariant))];
}

describe("the rows of a world, copied into PostgreSQL", () => {
  it("break no view of an invariant", async () => {
    const first = SEED === undefined ? 1 : Number(SEED);
    for (let at = 0; at < WORLDS; at += 1)
      expect(await violations(first + at), `WINDLASS_WORLD_SEED=${String(first + at)}`).toEqual([]);
  }, 3_600_000);

  it("break the view that the world's own check is named after, where there is a mistake in the world", async () => {
    expect(await violations(1, { defects: ["attempt_end_forgotten"] })).toContain("i02_one_lease");
  });
});
