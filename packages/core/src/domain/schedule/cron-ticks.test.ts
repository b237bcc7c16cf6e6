import { instant, type Instant, toMillis } from "@windlass/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cronTicks } from "./cron-ticks.ts";
import { everyTicks } from "./every-ticks.ts";
import { alignToNext, alignToPrevious, type Ticks } from "./ticks.ts";
import { toWallClock } from "./wall-clock.ts";

/** The ticks after a moment, without seconds. */
function following(ticks: Ticks, from: string, count: number): string[] {
  const found: string[] = [];
  for (let moment: Instant | null = instant(from); found.length < count;) {
    moment = ticks.after(moment);
    if (moment === null) return [...found, "never"];
    found.push(`${moment.slice(0, 16)}Z`);
  }
  return found;
}

/** Whether no clock is set near a moment. */
function isCalm(moment: Instant, zone: string): boolean {
  const [before, after] = [-3, 3].map((hours) => toMillis(moment) + hours * 3_600_000) as [number, number];
  return toWallClock(before, zone) - before === toWallClock(after, zone) - after;
}

describe("cron ticks", () => {
  it("of one time a day keep to the wall clock over the change of clocks", () => {
    expect(following(cronTicks("0 3 * * *", "Europe/Berlin"), "2026-03-27T12:00:00Z", 3)).toEqual([
      "2026-03-28T02:00Z",
      "2026-03-29T01:00Z",
      "2026-03-30T01:00Z",
    ]);
  });

  it("come later by the hour that is skipped, as on Airflow, where their time does not exist", () => {
    expect(following(cronTicks("30 2 * * *", "Europe/Berlin"), "2026-03-28T00:00:00Z", 3)).toEqual([
      "2026-03-28T01:30Z",
      "2026-03-29T01:30Z",
      "2026-03-30T00:30Z",
    ]);
  });

  it("come once, the second time, as on Airflow, where their time comes twice", () => {
    expect(following(cronTicks("30 2 * * *", "Europe/Berlin"), "2026-10-24T00:00:00Z", 3)).toEqual([
      "2026-10-24T00:30Z",
      "2026-10-25T01:30Z",
      "2026-10-26T01:30Z",
    ]);
  });

  it("of every hour come each hour, also in the hour that comes twice", () => {
    expect(following(cronTicks("0 * * * *", "Europe/Berlin"), "2026-10-24T23:30:00Z", 3)).toEqual([
      "2026-10-25T00:00Z",
      "2026-10-25T01:00Z",
      "2026-10-25T02:00Z",
    ]);
    expect(following(cronTicks("0 * * * *", "Europe/Berlin"), "2026-03-29T00:30:00Z", 2)).toEqual([
      "2026-03-29T01:00Z",
      "2026-03-29T02:00Z",
    ]);
  });

  it("take Airflow's presets, and either of day of month and day of week where both are given", () => {
    expect(following(cronTicks("@quarterly", "UTC"), "2026-01-15T00:00:00Z", 2)).toEqual([
      "2026-04-01T00:00Z",
      "2026-07-01T00:00Z",
    ]);
    expect(following(cronTicks("0 0 1 * 1", "UTC"), "2026-01-26T00:00:00Z", 3)).toEqual([
      "2026-02-01T00:00Z",
      "2026-02-02T00:00Z",
      "2026-02-09T00:00Z",
    ]);
  });

  it("end where no such day comes", () => {
    expect(cronTicks("0 0 31 2 *", "UTC").after(instant("2026-01-01T00:00:00Z"))).toBeNull();
    expect(cronTicks("0 0 31 2 *", "UTC").before(instant("2026-01-01T00:00:00Z"))).toBeNull();
  });

  it("look past fractions of a second in both directions", () => {
    const ticks = cronTicks("0 0 * * *", "UTC");
    expect(ticks.after(instant("2026-01-01T23:59:59.999999Z"))).toBe("2026-01-02T00:00:00.000000Z");
    expect(ticks.before(instant("2026-01-02T00:00:00.000001Z"))).toBe("2026-01-02T00:00:00.000000Z");
    expect(ticks.before(instant("2026-01-02T00:00:00Z"))).toBe("2026-01-01T00:00:00.000000Z");
  });

  const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago"];
  const EXPRESSIONS = ["30 2 * * *", "0 0 * * *", "15 1 * * 0", "30 1,2 * * *"];

  it.each(ZONES)("over a year in %s neither leave a day out nor come twice, and are the same backwards", (zone) => {
    for (const expression of EXPRESSIONS) {
      const ticks = cronTicks(expression, zone);
      const end = instant("2027-01-01T12:00:00Z");
      const forwards: Instant[] = [];
      for (let at = ticks.after(instant("2026-01-01T12:00:00Z")); at !== null && at < end; at = ticks.after(at)) {
        forwards.push(at);
      }
      const backwards: Instant[] = [];
      const first = forwards[0] ?? end;
      for (let at = ticks.before(end); at !== null && at >= first; at = ticks.before(at)) backwards.push(at);
      expect(backwards.toReversed()).toEqual(forwards);
      expect(new Set(forwards).size).toBe(forwards.length);
      if (expression === "30 2 * * *" || expression === "0 0 * * *") {
        const clock = new Intl.DateTimeFormat("sv", { timeZone: zone, dateStyle: "short" });
        const days = forwards.map((at) => clock.format(new Date(at)));
        expect(days.length).toBe(365);
        expect(new Set(days).size).toBe(365);
      }
    }
  });

  it("at any moment lie on both sides of it without a tick between", () => {
    const anyMoment = fc.date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(fc.constantFrom(...EXPRESSIONS), fc.constantFrom(...ZONES), anyMoment, (expression, zone, date) => {
        const ticks = cronTicks(expression, zone);
        const moment = instant(date.toISOString());
        const next = ticks.after(moment);
        const previous = ticks.before(moment);
        expect(next !== null && next > moment).toBe(true);
        expect(previous !== null && previous < moment).toBe(true);
        // A time that does not exist comes later for whoever counts from before it, and not at all for whoever counts from within, as on Airflow.
        fc.pre([previous, moment, next].every((each) => each !== null && isCalm(each, zone)));
        expect(alignToPrevious(ticks, next ?? moment)).toBe(next);
        expect(alignToNext(ticks, previous ?? moment)).toBe(previous);
        const between = ticks.after(previous ?? moment);
        expect(between === next || between === moment).toBe(true);
      }),
    );
  });
});

describe("ticks of a fixed span", () => {
  it("are counted from the start date, before it as well", () => {
    const ticks = everyTicks(900, instant("2026-01-01T00:05:00Z"));
    expect(following(ticks, "2026-01-01T00:00:00Z", 3)).toEqual([
      "2026-01-01T00:05Z",
      "2026-01-01T00:20Z",
      "2026-01-01T00:35Z",
    ]);
    expect(ticks.before(instant("2026-01-01T00:05:00Z"))).toBe("2025-12-31T23:50:00.000000Z");
    expect(ticks.after(instant("2025-12-31T23:50:00Z"))).toBe("2026-01-01T00:05:00.000000Z");
  });

  it("are full hours without a start date", () => {
    expect(following(everyTicks(3600, null), "2026-01-01T00:30:00Z", 1)).toEqual(["2026-01-01T01:00Z"]);
  });
});
