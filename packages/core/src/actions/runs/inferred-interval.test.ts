import { instant, type SerializedSchedule, type TimetableAnswer } from "@windlass/contract";
import { testChain, testDag } from "@windlass/core/test-support";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBackfill } from "../backfills/create-backfill.ts";
import type { ActionContext } from "../context.ts";
import { perform } from "../perform.ts";
import { type ActionBench, actionBench } from "../test-support/action-bench.ts";
import type { TriggerInput } from "./trigger-input.ts";
import { triggerRun } from "./trigger-run.ts";

const OWN: SerializedSchedule = { kind: "custom", type: "own", data: { infers_manual_interval: true } };
const AT = instant("2026-05-01T00:00:00Z");
const BEFORE = instant("2026-04-30T00:00:00Z");

let bench: ActionBench;
beforeEach(async () => {
  bench = await actionBench();
  await bench.store(testDag("own", testChain(1), { schedule: OWN }));
});
afterEach(() => bench.drop());

const answering = (answer: TimetableAnswer | undefined): ActionContext => ({
  ...bench.context,
  timetables: { ask: () => Promise.resolve(answer) },
});

async function trigger(answer: TimetableAnswer | undefined, more: Partial<TriggerInput> = {}): Promise<unknown> {
  const input = { dagId: "own", logicalDate: AT, ...more };
  const { result } = await perform(answering(answer), await bench.request("user"), triggerRun, input);
  return [result.dataIntervalStart, result.dataIntervalEnd];
}

describe("a run by hand of a Dag with a timetable of its own", () => {
  it("has the interval that the timetable names", async () => {
    const answer = { kind: "interval", dataIntervalStart: BEFORE, dataIntervalEnd: AT } as const;
    expect(await trigger(answer)).toEqual([BEFORE, AT]);
  });

  it("has the caller's own interval, or an empty one where the timetable fails or cannot be asked", async () => {
    expect(await trigger(undefined)).toEqual([AT, AT]);
    const sent = { dataIntervalStart: BEFORE, dataIntervalEnd: BEFORE };
    expect(await trigger(undefined, { ...sent, logicalDate: BEFORE })).toEqual([BEFORE, BEFORE]);
  });
});

describe("a backfill of a Dag with a timetable of its own", () => {
  it("has the dates that the timetable names for the range", async () => {
    const dates = [BEFORE, AT].map((each) => ({
      logicalDate: each,
      dataIntervalStart: each,
      dataIntervalEnd: each,
      runAfter: each,
    }));
    const input = {
      dagId: "own",
      fromDate: AT,
      toDate: instant("2026-05-02T00:00:00Z"),
      runBackwards: false,
      conf: null,
      reprocessBehavior: "none",
      maxActiveRuns: 1,
    } as const;
    const context = answering({ kind: "dates", dates, ended: true });
    const { result } = await perform(context, await bench.request("op"), createBackfill, input);
    expect(result.runs).toBe(1);
    expect(await bench.test.database.query("select run_id from dag_run")).toEqual([
      { run_id: "backfill__2026-05-01T00:00:00+00:00" },
    ]);
  });
});
