import { expect, it } from "vitest";
import { type Defect, DEFECTS } from "../../test-support/simulation/defects.ts";
import { liveThrough } from "../../test-support/simulation/world.ts";

/** So many worlds may pass before a mistake shows; the seeds are always the same. */
const MOST_WORLDS = 150;
/** Where worlds begin in which a rarer mistake is known to show, so that the suite need not live through those before. */
const FROM: Partial<Record<Defect, number>> = { slots_unlocked: 40, lost_answer_is_failure: 40 };

it.each(DEFECTS)(
  "a world with a mistake in it breaks an invariant: %s",
  async (defect) => {
    const from = FROM[defect] ?? 1;
    for (let seed = from; seed < from + MOST_WORLDS; seed += 1) {
      const { faults } = await liveThrough(seed, { defects: [defect] });
      if (faults.length === 0) continue;
      // It is the mistake that shows, not the world.
      expect((await liveThrough(seed)).faults).toEqual([]);
      return;
    }
    expect.fail(`${defect} was not noticed in ${String(MOST_WORLDS)} worlds`);
  },
  300_000,
);
