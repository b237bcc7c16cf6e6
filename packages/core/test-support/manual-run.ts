import type { Instant } from "@windlass/contract";
import type { NewRun } from "../src/store/runs.ts";

/** A run as somebody would trigger it by hand at this moment. */
export function manualRun(
  dagId: string,
  dagVersionId: number,
  now: Instant,
  { runId, ...more }: Partial<Omit<NewRun, "identity" | "given">> & { readonly runId?: string | undefined } = {},
): NewRun {
  return {
    dagId,
    dagVersionId,
    moment: now,
    identity: (moment) => ({
      runId: runId ?? `manual__${moment}`,
      logicalDate: moment,
      dataIntervalStart: null,
      dataIntervalEnd: null,
      runAfter: now,
    }),
    given: { runId: runId !== undefined, logicalDate: false },
    runType: "manual",
    triggeredBy: "test",
    triggeringUser: null,
    queuedAt: now,
    conf: {},
    params: {},
    note: null,
    noteAccountId: null,
    launchContext: {},
    ...more,
  };
}
