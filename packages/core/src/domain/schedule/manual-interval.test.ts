import { instant } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { manualInterval } from "./manual-interval.ts";

const LOGICAL = instant("2026-03-10T12:34:56.000001Z");
const at = (interval: "data" | "point") =>
  manualInterval({ kind: "cron", expression: "0 3 * * *", timezone: "UTC", interval }, LOGICAL);

describe("the data interval of a run by hand", () => {
  it("is empty at the logical date for Dags without schedule and for schedules of points, as recorded", () => {
    const empty = { dataIntervalStart: LOGICAL, dataIntervalEnd: LOGICAL };
    expect(manualInterval({ kind: "none" }, LOGICAL)).toEqual(empty);
    expect(at("point")).toEqual(empty);
  });

  it("is the last whole one before the logical date for schedules of intervals", () => {
    expect(at("data")).toEqual({
      dataIntervalStart: "2026-03-09T03:00:00.000000Z",
      dataIntervalEnd: "2026-03-10T03:00:00.000000Z",
    });
  });

  it("ends at the logical date for spans", () => {
    expect(manualInterval({ kind: "every", seconds: 3600, interval: "data" }, LOGICAL).dataIntervalStart).toBe(
      "2026-03-10T11:34:56.000001Z",
    );
  });

  it("is none without a logical date", () => {
    expect(manualInterval({ kind: "none" }, null)).toEqual({ dataIntervalStart: null, dataIntervalEnd: null });
  });
});
