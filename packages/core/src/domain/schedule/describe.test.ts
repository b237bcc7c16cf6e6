import type { SerializedSchedule } from "@windlass/contract";
import { describe as suite, expect, it } from "vitest";
import { describe, describeInWords } from "./describe.ts";

const cron = (expression: string): SerializedSchedule => ({
  kind: "cron",
  expression,
  timezone: "UTC",
  interval: "data",
});
const every = (seconds: number): SerializedSchedule => ({ kind: "every", seconds, interval: "data" });

suite("a schedule in short and in words", () => {
  it.each([
    [{ kind: "none" }, null, "Never, external triggers only"],
    [{ kind: "once" }, "@once", "Once, as soon as possible"],
    [cron("0 3 * * *"), "0 3 * * *", "At 03:00"],
    [cron("15 * * * *"), "15 * * * *", "At 15 minutes past the hour"],
    [cron("@daily"), "0 0 * * *", "At 00:00"],
    [cron("*/5 1-4 * * 1"), "*/5 1-4 * * 1", ""],
    [every(900), "0:15:00", ""],
    [every(86_400), "1 day, 0:00:00", ""],
    [every(200_000.5), "2 days, 7:33:20.500000", ""],
    [{ kind: "assets", condition: { kind: "all", of: [] } }, "Asset", "Triggered by assets"],
  ] satisfies [SerializedSchedule, string | null, string][])(
    "of %j is what Airflow shows",
    (schedule, short, words) => {
      expect(describe(schedule)).toBe(short);
      expect(describeInWords(schedule)).toBe(words);
    },
  );
});
