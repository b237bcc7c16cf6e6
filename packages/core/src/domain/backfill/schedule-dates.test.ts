import { instant, type SerializedSchedule } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { fillableSchedule, orderedPastDates, scheduleDates } from "./schedule-dates.ts";

const range = { from: instant("2026-01-04T00:00:00Z"), to: instant("2026-01-06T12:00:00Z") };
const cron = (interval: "point" | "data"): SerializedSchedule => ({
  kind: "cron",
  expression: "0 3 * * *",
  timezone: "UTC",
  interval,
});
const dag = (schedule: SerializedSchedule, startDate: string | null = "2026-02-01T00:00:00Z") => ({
  schedule,
  startDate: startDate === null ? null : instant(startDate),
});
const days = (schedule: SerializedSchedule, startDate?: string | null, limit = 100): readonly string[] =>
  scheduleDates(dag(schedule, startDate), range, limit).map(({ logicalDate }) => logicalDate.slice(8, 16));

describe("the dates of a range", () => {
  it("are all that the schedule has in it, whatever the Dag's own start date", () => {
    expect(days(cron("point"))).toEqual(["04T03:00", "05T03:00", "06T03:00"]);
    expect(days(cron("data"))).toEqual(["04T03:00", "05T03:00", "06T03:00"]);
  });

  it("of a span stay on the grid that its scheduled runs have", () => {
    const every: SerializedSchedule = { kind: "every", seconds: 86_400, interval: "point" };
    expect(days(every, "2025-12-01T05:00:00Z")).toEqual(["04T05:00", "05T05:00", "06T05:00"]);
  });

  it("of a list of dates are those in the range, both ends included", () => {
    const dates: SerializedSchedule = {
      kind: "dates",
      dates: [range.from, range.to, instant("2026-01-07T00:00:00Z")],
    };
    expect(days(dates)).toEqual(["04T00:00", "06T12:00"]);
  });

  it("are no more than asked for", () => {
    expect(days(cron("point"), null, 2)).toEqual(["04T03:00", "05T03:00"]);
  });

  it("are filled where the schedule goes by the clock, alone or beside assets", () => {
    const condition = { kind: "all", of: [] } as const;
    const time = { kind: "cron", expression: "0 3 * * *", timezone: "UTC", interval: "point" } as const;
    expect(days({ kind: "assets_or_time", condition, time }).length).toBe(3);
    for (const schedule of [
      { kind: "none" },
      { kind: "once" },
      { kind: "continuous" },
      { kind: "assets", condition },
    ] as const)
      expect(fillableSchedule(schedule)).toBeNull();
  });

  it("have passed with their whole interval, and come backwards where asked", () => {
    const all = scheduleDates(dag(cron("data")), range, 10);
    const now = instant("2026-01-06T04:00:00Z");
    expect(orderedPastDates(all, now, false).map(({ logicalDate }) => logicalDate.slice(8, 10))).toEqual(["04", "05"]);
    expect(orderedPastDates(all, now, true).map(({ logicalDate }) => logicalDate.slice(8, 10))).toEqual(["05", "04"]);
  });
});
