import type { Action } from "../action.ts";
import type { BackfillDateOutcome, BackfillInput } from "./backfill-input.ts";
import { type BackfillPlan, judgeDates, planBackfill } from "./backfill-plan.ts";

/** Tells what a backfill would do with each date of its range, by the code that makes one, and changes nothing. */
export const dryRunBackfill: Action<BackfillInput, BackfillPlan, readonly BackfillDateOutcome[]> = {
  name: "backfill.create",
  event: "create_backfill_dry_run",
  subject: ({ dagId }) => ({ dagId }),
  decide: planBackfill,
  async execute(tx, _context, _request, plan) {
    const judged = await judgeDates(tx, plan, false);
    return {
      result: judged.map(({ dates, existing, outcome }) => ({
        logicalDate: dates.logicalDate,
        dataIntervalStart: dates.dataIntervalStart,
        dataIntervalEnd: dates.dataIntervalEnd,
        outcome,
        runId: existing?.runId ?? null,
      })),
      extra: { dry_run: true, dates: judged.length },
    };
  },
};
