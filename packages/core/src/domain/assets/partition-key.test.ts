import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PartitionMapper, PartitionUnit } from "@windlass/contract";
import { hasWholePartition, partitionDate, targetPartition } from "./partition-key.ts";

const startOf = (unit: PartitionUnit, timezone = "UTC"): PartitionMapper => ({ kind: "start_of", unit, timezone });

describe("the partition that an event belongs to", () => {
  it("has the key that Airflow's mappers give", () => {
    const keys = (["hour", "day", "week", "month", "quarter", "year"] as const).map((unit) =>
      targetPartition(startOf(unit), "2024-03-13T10:42:15"),
    );
    expect(keys).toEqual(["2024-03-13T10", "2024-03-13", "2024-03-11 (W11)", "2024-03", "2024-Q1", "2024"]);
    expect(targetPartition({ kind: "identity" }, "eu")).toBe("eu");
    expect(targetPartition({ kind: "fixed", key: "all" }, "eu")).toBe("all");
    expect(targetPartition({ kind: "allowed", keys: ["eu", "us"] }, "asia")).toBeUndefined();
  });

  it("is none where the key names no time", () => {
    for (const key of ["eu", "2026-13", "2026-02-30", "2026-01-01T10:00:00Z", ""]) {
      expect(targetPartition(startOf("day"), key), key).toBeUndefined();
    }
  });

  it("is its own partition: a span's key lies in the span", () => {
    const units = fc.constantFrom<PartitionUnit>("hour", "day", "week", "month", "quarter", "year");
    const moments = fc.date({ min: new Date("1990-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(units, moments, (unit, moment) => {
        const key = targetPartition(startOf(unit), moment.toISOString().slice(0, 19))!;
        expect(targetPartition(startOf(unit), key)).toBe(key);
      }),
    );
  });

  it("begins when the clocks of its zone show it", () => {
    expect(partitionDate(startOf("day", "Europe/Berlin"), "2026-07-01")).toBe("2026-06-30T22:00:00.000000Z");
    expect(partitionDate({ kind: "identity" }, "2026-07-01")).toBeNull();
  });
});

describe("a roll-up", () => {
  const dayOfHours: PartitionMapper = { kind: "rollup", unit: "day", of: "hour", timezone: "UTC" };
  const hours = Array.from({ length: 24 }, (_, hour) => `2026-01-01T${String(hour).padStart(2, "0")}`);

  it("is whole when every span within it has had an event, in any order and however often", () => {
    expect(hasWholePartition(dayOfHours, "2026-01-01", hours.toReversed())).toBe(true);
    expect(hasWholePartition(dayOfHours, "2026-01-01", [...hours, ...hours])).toBe(true);
    fc.assert(
      fc.property(fc.nat({ max: 23 }), (missing) => {
        expect(hasWholePartition(dayOfHours, "2026-01-01", hours.toSpliced(missing, 1))).toBe(false);
      }),
    );
  });

  it("of a month has the weeks that begin in it", () => {
    const monthOfWeeks: PartitionMapper = { kind: "rollup", unit: "month", of: "week", timezone: "UTC" };
    const mondays = ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"];
    expect(hasWholePartition(monthOfWeeks, "2026-01", mondays)).toBe(true);
    expect(hasWholePartition(monthOfWeeks, "2026-01", mondays.slice(1))).toBe(false);
  });
});
