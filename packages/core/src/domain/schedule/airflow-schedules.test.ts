import { readFileSync } from "node:fs";
import { instant, type Instant, parseCron, type SerializedSchedule } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { cronTicks } from "./cron-ticks.ts";
import { manualInterval } from "./manual-interval.ts";
import { nextRun, type RunDates } from "./next-run.ts";

/**
 * What timetables of Airflow 3.3.2 answered: the ticks of expressions (forwards and backwards), of schedules over changes of clocks, single next runs, and
 * intervals of runs by hand. Moments are without seconds.
 */
interface Facts {
  readonly grammar: readonly (readonly [string, string, string?])[];
  /** Expression, zone, start, ticks of runs that stand for them, and the starts of data intervals where they are not the same ticks. */
  readonly ticks: readonly (readonly [string, string, string, string, string?])[];
  readonly chains: readonly {
    readonly expressions?: readonly string[];
    readonly timezone?: string;
    readonly seconds?: number;
    readonly interval: "point" | "data";
    readonly width?: number;
    readonly start: string;
    readonly runs: string;
  }[];
  readonly schedules: readonly SerializedSchedule[];
  /** Schedule, last interval, start date, end date, catch-up, now, answer. */
  readonly next: readonly (readonly [
    number,
    string | null,
    string | null,
    string | null,
    boolean,
    string,
    string | null,
  ])[];
  readonly manual: readonly (readonly [SerializedSchedule, string, string])[];
}

const facts = JSON.parse(
  readFileSync(new URL("../../../test/fixtures/airflow-schedules.json", import.meta.url), "utf8"),
) as Facts;

const short = (moment: Instant | null): string =>
  moment === null ? "never" : moment.replace(":00.000000Z", "Z").replace(".000000Z", "Z");
const brief = (run: RunDates | null): string | null =>
  run && [run.dataIntervalStart, run.dataIntervalEnd, run.runAfter].map(short).join("/");

/** So many runs with catch-up from a start date on. */
function chain(schedule: SerializedSchedule, start: string, count: number): RunDates[] {
  const runs: RunDates[] = [];
  const bounds = { startDate: instant(start), endDate: null, catchup: true, now: instant("2026-06-01T00:00:00Z") };
  for (let last: RunDates | null = null; runs.length < count;) {
    last = nextRun(schedule, { ...bounds, last });
    if (last === null) break;
    runs.push(last);
  }
  return runs;
}

describe("a cron expression", () => {
  const cases = facts.grammar.map(([expression, forwards, backwards]) => ({ expression, forwards, backwards }));
  it.each(cases)("$expression says what it says to Airflow", ({ expression, forwards, backwards }) => {
    if (forwards === "refused") {
      expect(parseCron(expression).ok).toBe(false);
      return;
    }
    const ticks = cronTicks(expression, "UTC");
    const from = instant("2026-01-15T10:07:00Z");
    if (forwards === "never") {
      expect(ticks.after(from)).toBeNull();
      return;
    }
    const walk = (step: (moment: Instant) => Instant | null, count: number): string => {
      const found: string[] = [];
      for (let at: Instant | null = from; found.length < count && at !== null;) found.push(short((at = step(at))));
      return found.join(" ");
    };
    expect(walk((moment) => ticks.after(moment), 6)).toBe(forwards);
    expect(walk((moment) => ticks.before(moment), 3)).toBe(backwards);
  });
});

describe("ticks over changes of clocks", () => {
  const cases = facts.ticks.map(([expression, timezone, start, points, starts]) => ({
    expression,
    timezone,
    start,
    points,
    starts,
  }));
  it.each(cases)(
    "$expression in $timezone from $start are Airflow's",
    ({ expression, timezone, start, points, starts }) => {
      const count = points.split(" ").length;
      const made = chain({ kind: "cron", expression, timezone, interval: "point" }, start, count);
      expect(made.map(({ runAfter }) => short(runAfter)).join(" ")).toBe(points);
      const spans = chain({ kind: "cron", expression, timezone, interval: "data" }, start, count);
      spans.slice(1).forEach((run, index) => expect(run.dataIntervalStart).toBe(spans[index]?.dataIntervalEnd));
      // Airflow's data intervals leave ticks of its own out, or stop, where going back from a tick does not lead where going forwards came from.
      if (starts === undefined)
        expect(spans.map(({ dataIntervalStart }) => short(dataIntervalStart)).join(" ")).toBe(points);
    },
  );
});

describe("runs one after the other", () => {
  it.each(facts.chains)("of $expressions$seconds $interval $width are Airflow's", (each) => {
    const width = each.width ? { widthSeconds: each.width } : {};
    const schedule: SerializedSchedule =
      each.seconds === undefined
        ? { kind: "crons", expressions: each.expressions ?? [], timezone: each.timezone ?? "UTC", ...width }
        : { kind: "every", seconds: each.seconds, interval: each.interval, ...width };
    const expected = each.runs.split(" ");
    expect(chain(schedule, each.start, expected.length).map(brief)).toEqual(expected);
  });
});

describe("the next run", () => {
  it("is Airflow's for every schedule, past, start date, catch-up and moment", () => {
    const wrong = facts.next.flatMap(([schedule, interval, startDate, endDate, catchup, now, answer]) => {
      const [start, end] = interval?.split("/").map((each) => instant(each)) ?? [];
      const last = start && end ? { dataIntervalStart: start, dataIntervalEnd: end, runAfter: end } : null;
      const moment = (text: string | null): Instant | null => (text === null ? null : instant(text));
      const of = facts.schedules[schedule] ?? { kind: "none" };
      const got = brief(
        nextRun(of, {
          last,
          startDate: moment(startDate),
          endDate: moment(endDate),
          catchup,
          now: instant(now),
        }),
      );
      return got === answer ? [] : [{ of, interval, startDate, endDate, catchup, now, answer, got }];
    });
    expect(wrong.slice(0, 12)).toEqual([]);
  });
});

describe("the interval of a run by hand", () => {
  it.each(facts.manual)("under %j at %s is Airflow's", (schedule, at, answer) => {
    const { dataIntervalStart, dataIntervalEnd } = manualInterval(schedule, instant(at));
    expect([dataIntervalStart, dataIntervalEnd].map(short).join("/")).toBe(answer);
  });
});
