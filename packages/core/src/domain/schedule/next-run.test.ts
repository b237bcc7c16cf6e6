import { instant, type Instant, type SerializedSchedule } from "@windlass/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextRun, type RunDates, type ScheduleBounds } from "./next-run.ts";

const daily = (interval: "data" | "point", timezone = "UTC"): SerializedSchedule => ({
  kind: "cron",
  expression: "0 3 * * *",
  timezone,
  interval,
});

const NOW = instant("2026-03-10T12:00:00Z");
const bounds = (change: Partial<ScheduleBounds> = {}): ScheduleBounds => ({
  last: null,
  startDate: instant("2026-03-01T00:00:00Z"),
  endDate: null,
  catchup: true,
  now: NOW,
  ...change,
});

/** Day and hour of a run's dates: interval start, interval end, run after. */
function brief(run: RunDates | null): string | null {
  return run && [run.dataIntervalStart, run.dataIntervalEnd, run.runAfter].map((at) => at.slice(5, 13)).join(" ");
}

/** All runs that are due, one made after the other. */
function due(schedule: SerializedSchedule, start: ScheduleBounds): RunDates[] {
  const runs: RunDates[] = [];
  let last = start.last;
  for (;;) {
    const run = nextRun(schedule, { ...start, last });
    if (run === null || run.runAfter > start.now) return runs;
    runs.push(run);
    last = run;
  }
}

describe("the next run of a cron schedule with data intervals", () => {
  it("comes first at the end of the first whole interval after the start date", () => {
    const run = nextRun(daily("data"), bounds());
    expect(brief(run)).toBe("03-01T03 03-02T03 03-02T03");
    expect(run?.logicalDate).toBe(run?.dataIntervalStart);
  });

  it("takes a start date on a tick as that tick", () => {
    expect(brief(nextRun(daily("data"), bounds({ startDate: instant("2026-03-01T03:00:00Z") })))).toBe(
      "03-01T03 03-02T03 03-02T03",
    );
  });

  it("makes all intervals with catchup, only the latest without", () => {
    expect(due(daily("data"), bounds()).map(({ runAfter }) => runAfter.slice(8, 10))).toEqual([
      "02",
      "03",
      "04",
      "05",
      "06",
      "07",
      "08",
      "09",
      "10",
    ]);
    expect(due(daily("data"), bounds({ catchup: false })).map(brief)).toEqual(["03-09T03 03-10T03 03-10T03"]);
  });

  it("takes the tick of this very moment as passed", () => {
    const onTick = bounds({ catchup: false, now: instant("2026-03-10T03:00:00Z") });
    expect(due(daily("data"), onTick).map(brief)).toEqual(["03-09T03 03-10T03 03-10T03"]);
  });

  it("needs a start date to catch up from, and does without one when it does not catch up", () => {
    expect(nextRun(daily("data"), bounds({ startDate: null }))).toBeNull();
    expect(due(daily("data"), bounds({ startDate: null, catchup: false })).map(brief)).toEqual([
      "03-09T03 03-10T03 03-10T03",
    ]);
  });

  it("ends with the interval that begins at the end date at the latest", () => {
    const ending = bounds({ endDate: instant("2026-03-03T03:00:00Z") });
    expect(due(daily("data"), ending).map(({ runAfter }) => runAfter.slice(8, 10))).toEqual(["02", "03", "04"]);
  });
});

describe("the next run of a cron schedule without intervals", () => {
  it("comes at its tick, with an empty interval", () => {
    const run = nextRun(daily("point"), bounds());
    expect(brief(run)).toBe("03-01T03 03-01T03 03-01T03");
    expect(run?.logicalDate).toBe(run?.runAfter);
  });

  it("makes all ticks with catchup, only the latest without", () => {
    expect(due(daily("point"), bounds()).length).toBe(10);
    expect(due(daily("point"), bounds({ catchup: false })).map(brief)).toEqual(["03-10T03 03-10T03 03-10T03"]);
    const next = nextRun(
      daily("point"),
      bounds({ catchup: false, last: due(daily("point"), bounds()).at(-1) ?? null }),
    );
    expect(brief(next)).toBe("03-11T03 03-11T03 03-11T03");
  });

  it("is the next tick where there is neither a start date nor a past", () => {
    for (const catchup of [true, false]) {
      expect(brief(nextRun(daily("point"), bounds({ startDate: null, catchup })))).toBe("03-11T03 03-11T03 03-11T03");
    }
  });

  it("waits for a start date in the future and never comes after the end date", () => {
    const later = bounds({ catchup: false, startDate: instant("2026-04-01T00:00:00Z") });
    expect(brief(nextRun(daily("point"), later))).toBe("04-01T03 04-01T03 04-01T03");
    expect(nextRun(daily("point"), bounds({ catchup: false, endDate: instant("2026-03-05T00:00:00Z") }))).toBeNull();
  });
});

describe("the next run of other schedules", () => {
  it("of a span is counted from the start date", () => {
    const every: SerializedSchedule = { kind: "every", seconds: 6 * 3600, interval: "point" };
    const start = instant("2026-03-10T01:00:00Z");
    expect(due(every, bounds({ startDate: start })).map(({ runAfter }) => runAfter.slice(11, 13))).toEqual([
      "01",
      "07",
    ]);
    const spans: SerializedSchedule = { ...every, interval: "data" };
    expect(due(spans, bounds({ startDate: start })).map(brief)).toEqual(["03-10T01 03-10T07 03-10T07"]);
  });

  it("of `once` is one run at the start date, or now without one", () => {
    const once: SerializedSchedule = { kind: "once" };
    expect(due(once, bounds()).map(brief)).toEqual(["03-01T00 03-01T00 03-01T00"]);
    expect(nextRun(once, bounds({ startDate: null }))?.runAfter).toBe(NOW);
    expect(nextRun(once, bounds({ endDate: instant("2026-01-01T00:00:00Z") }))).toBeNull();
  });

  it("of `continuous` takes up where the last ended", () => {
    const continuous: SerializedSchedule = { kind: "continuous" };
    const first = nextRun(continuous, bounds());
    expect(brief(first)).toBe("03-01T00 03-10T12 03-10T12");
    const second = nextRun(continuous, bounds({ last: first, now: instant("2026-03-10T14:00:00Z") }));
    expect(brief(second)).toBe("03-10T12 03-10T14 03-10T14");
  });

  const dates: SerializedSchedule = {
    kind: "dates",
    dates: ["2026-02-01T00:00:00Z", "2026-03-05T08:00:00Z", "2026-03-10T12:00:00Z", "2026-04-01T00:00:00Z"].map(
      instant,
    ),
  };

  it("of a list of dates comes at each from the start date on", () => {
    expect(due(dates, bounds()).map(brief)).toEqual(["03-05T08 03-05T08 03-05T08", "03-10T12 03-10T12 03-10T12"]);
    const after = bounds({ last: due(dates, bounds()).at(-1) ?? null });
    expect(brief(nextRun(dates, after))).toBe("04-01T00 04-01T00 04-01T00");
    expect(nextRun(dates, { ...after, endDate: instant("2026-03-31T00:00:00Z") })).toBeNull();
  });

  it("of a list of dates leaves out what has passed without catchup, and ends with the list", () => {
    const late = bounds({ catchup: false, now: instant("2026-03-11T00:00:00Z") });
    expect(brief(nextRun(dates, late))).toBe("04-01T00 04-01T00 04-01T00");
    expect(nextRun(dates, { ...late, now: instant("2026-04-02T00:00:00Z") })).toBeNull();
  });

  it("of those without a clock is none", () => {
    const schedules: SerializedSchedule[] = [
      { kind: "none" },
      { kind: "assets", condition: { kind: "all", of: [] } },
      { kind: "dates", dates: [] },
      { kind: "custom", type: "mine", data: {} },
    ];
    for (const schedule of schedules) expect(nextRun(schedule, bounds())).toBeNull();
  });
});

describe("a year of runs", () => {
  const anySchedule: fc.Arbitrary<SerializedSchedule> = fc.record({
    kind: fc.constant("cron" as const),
    expression: fc.constantFrom("30 2 * * *", "0 0 * * 1", "0 */6 * * *", "15 1 1 * *"),
    timezone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"),
    interval: fc.constantFrom("data" as const, "point" as const),
  });

  it("leaves no gap and makes no duplicate with catchup, whenever the scheduler looks", () => {
    const anyHours = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(anySchedule, anyHours, (schedule, hours) => {
        const start = instant("2026-01-01T00:00:00Z");
        const end = instant("2026-12-31T00:00:00Z");
        const atOnce = due(schedule, bounds({ startDate: start, now: end }));
        const inSteps: RunDates[] = [];
        let at = Date.parse("2026-01-01T00:00:00Z");
        for (let step = 0; at < Date.parse("2026-12-31T00:00:00Z"); step++) {
          at = Math.min(at + (hours[step % hours.length] ?? 1) * 3_600_000, Date.parse("2026-12-31T00:00:00Z"));
          const now = instant(new Date(at).toISOString());
          inSteps.push(...due(schedule, bounds({ startDate: start, now, last: inSteps.at(-1) ?? null })));
        }
        expect(inSteps).toEqual(atOnce);
        atOnce.slice(1).forEach((run, index) => {
          const before = atOnce[index];
          expect(run.logicalDate > (before?.logicalDate ?? "")).toBe(true);
          if (schedule.kind === "cron" && schedule.interval === "data") {
            expect(run.dataIntervalStart).toBe(before?.dataIntervalEnd);
          }
        });
      }),
      { numRuns: 12 },
    );
  });

  it("makes exactly one run, the latest, after a time without a scheduler when it does not catch up", () => {
    const anyGap = fc.integer({ min: 40 * 24, max: 4_000 });
    fc.assert(
      fc.property(anySchedule, anyGap, (schedule, hours) => {
        const startDate = instant("2026-01-01T00:00:00Z");
        const first = bounds({ startDate, catchup: false, now: instant("2026-02-15T10:00:00Z") });
        const [last = null] = due(schedule, first);
        const now: Instant = instant(new Date(Date.parse("2026-02-15T10:00:00Z") + hours * 3_600_000).toISOString());
        const made = due(schedule, { ...first, last, now });
        expect(made.length).toBe(1);
        expect(nextRun(schedule, { ...first, last: made[0] ?? null, now })?.runAfter.localeCompare(now)).toBe(1);
      }),
      { numRuns: 60 },
    );
  });
});
