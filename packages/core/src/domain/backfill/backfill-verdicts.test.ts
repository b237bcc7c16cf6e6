import { instant, type SerializedDag, type SerializedTask } from "@windlass/contract";
import { testDag, testTask } from "@windlass/core/test-support";
import { describe, expect, it } from "vitest";
import { type AskedBackfill, backfillVerdicts } from "./backfill-verdicts.ts";
import { reasonToLeave } from "./reprocess.ts";

const NOW = instant("2026-06-01T00:00:00Z");
const asked: AskedBackfill = {
  from: instant("2026-01-01T00:00:00Z"),
  to: instant("2026-01-05T00:00:00Z"),
  runBackwards: false,
  reprocessBehavior: "none",
};
const dag = (task: Partial<SerializedTask> = {}, more: Partial<SerializedDag> = {}): SerializedDag =>
  testDag("d", [testTask("t", task)], {
    schedule: { kind: "cron", expression: "@daily", timezone: "UTC", interval: "point" },
    ...more,
  });
const codes = (of: SerializedDag, change: Partial<AskedBackfill> = {}): readonly string[] =>
  backfillVerdicts(of, { ...asked, ...change }, NOW).map(({ refusal }) => refusal.code);

describe("a backfill is refused", () => {
  it("where the schedule has no dates, or the Dag allows no such runs", () => {
    expect(codes(dag())).toEqual([]);
    expect(codes(dag({}, { schedule: { kind: "none" } }))).toEqual(["backfill.not_periodic"]);
    expect(codes(dag({}, { allowedRunTypes: ["manual"] }))).toEqual(["backfill.run_type_closed"]);
  });

  it("where its range is turned round or altogether in the future", () => {
    expect(codes(dag(), { from: asked.to, to: asked.from })).toEqual(["backfill.dates_reversed"]);
    expect(codes(dag(), { from: NOW, to: instant("2026-07-01T00:00:00Z") })).toEqual(["backfill.in_future"]);
    expect(codes(dag(), { to: instant("2026-07-01T00:00:00Z") })).toEqual([]);
  });

  it("backwards, or without reprocessing, where a task depends on the past", () => {
    for (const task of [{ dependsOnPast: true }, { waitForDownstream: true }]) {
      expect(codes(dag(task), { runBackwards: true })).toEqual([
        "backfill.backwards_depends_on_past",
        "backfill.reprocess_depends_on_past",
      ]);
      expect(codes(dag(task), { reprocessBehavior: "failed" })).toEqual([]);
    }
  });
});

describe("a run that is there already", () => {
  it("is left while it is not over, and made anew only as asked", () => {
    const reasons = (["queued", "running", "success", "failed"] as const).map((state) =>
      (["none", "failed", "completed"] as const).map((behavior) => reasonToLeave(state, behavior)),
    );
    const flight = ["in flight", "in flight", "in flight"];
    expect(reasons).toEqual([
      flight,
      flight,
      ["already exists", "already exists", null],
      ["already exists", null, null],
    ]);
  });
});
