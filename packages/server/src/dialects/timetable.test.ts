import { instant } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { timetableOf } from "./timetable.ts";

describe("a list of dates", () => {
  it("is described by its number and its ends, as on Airflow", () => {
    const dates = ["2026-01-01T00:00:00Z", "2026-07-01T07:00:00Z"].map((each) => instant(each));
    expect(timetableOf({ kind: "dates", dates })).toMatchObject({
      summary: "2 events",
      description: "2 events between 2026-01-01 00:00:00+00:00 and 2026-07-01 07:00:00+00:00",
    });
    expect(timetableOf({ kind: "dates", dates: [] })).toMatchObject({ summary: "0 events", description: "No events" });
  });
});
