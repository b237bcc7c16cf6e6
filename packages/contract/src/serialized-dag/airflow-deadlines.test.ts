import { describe, expect, it } from "vitest";
import { deadlinesFromAirflow } from "./airflow-deadlines.ts";

const SPAN = { __classname__: "datetime.timedelta", __version__: 2, __data__: 3600 };

describe("Airflow's deadline alerts", () => {
  it("are deadlines with Airflow's four references", () => {
    const of = (reference: Record<string, string | number>, interval: unknown = SPAN) =>
      deadlinesFromAirflow([{ name: "n", reference, interval: interval as never, callback: {} }]);
    expect(of({ reference_type: "DagRunQueuedAtDeadline" })).toEqual([
      { name: "n", reference: { kind: "queued_at" }, intervalSeconds: 3600, callbacks: 0, alerts: [] },
    ]);
    expect(of({ reference_type: "DagRunLogicalDateDeadline" }, -60)).toMatchObject([
      { reference: { kind: "logical_date" }, intervalSeconds: -60 },
    ]);
    expect(of({ reference_type: "FixedDatetimeDeadline", datetime: 1_767_225_600 })).toMatchObject([
      { reference: { kind: "moment", moment: "2026-01-01T00:00:00.000000Z" } },
    ]);
    expect(of({ reference_type: "AverageRuntimeDeadline", max_runs: 5 })).toMatchObject([
      { reference: { kind: "average_runtime", maxRuns: 5, minRuns: 5 } },
    ]);
  });

  it("are left out where they are keys or of a kind of one's own, and may be as long as a variable says", () => {
    expect(deadlinesFromAirflow(null)).toEqual([]);
    expect(deadlinesFromAirflow(["0190b6a0-0000-7000-8000-000000000001"])).toEqual([]);
    expect(
      deadlinesFromAirflow([{ reference: { reference_type: "Mine", __class_path: "x.Mine" }, interval: 1 }]),
    ).toEqual([]);
    const byVariable = { __classname__: "airflow.sdk.definitions.deadline.VariableInterval", __data__: { key: "k" } };
    expect(
      deadlinesFromAirflow([{ reference: { reference_type: "DagRunQueuedAtDeadline" }, interval: byVariable }]),
    ).toMatchObject([{ intervalSeconds: null, intervalVariable: "k" }]);
  });
});
