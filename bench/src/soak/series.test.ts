import { expect, test } from "vitest";
import { failings, reportText, type SoakReport } from "./report-text.ts";
import type { RoleSample, Sample } from "./sample.ts";
import { judgeAll } from "./series.ts";

const MEGABYTE = 2 ** 20;

function role(values: Partial<RoleSample> = {}): RoleSample {
  return { count: 1, rss: 100, pss: 100, anonymous: 100, handles: 40, threads: 11, processorMs: 0, ...values };
}

/** An hour of samples in which nothing happens, with what a test changes. */
function samples(change: (minute: number) => Partial<Sample>): readonly Sample[] {
  return Array.from({ length: 180 }, (_, n) => {
    const minute = (n + 1) / 3;
    return {
      ...{ minute, heap: 60, heapAfterMajor: 40, connections: 14, databaseBytes: 1e8, triggerMs: 5, chainMs: 60 },
      ...{ triggered: n * 80, deleted: 0, wrong: 0 },
      roles: { control: role(), runners: role(), postgres: role(), other: role() },
      tables: { kept: { bytes: 10 * MEGABYTE, indexBytes: MEGABYTE, live: 10_000, dead: 0 } },
      ...change(minute),
    };
  });
}

function rising(change: (minute: number) => Partial<Sample>): readonly string[] {
  return judgeAll(samples(change))
    .filter((each) => !each.verdict.flat)
    .map((each) => each.name);
}

function report(change: (minute: number) => Partial<Sample>, problems: readonly string[] = []): SoakReport {
  const all = samples(change);
  return {
    ...{ date: "2026-11-26 03:00", commit: "abc", machine: "2 cores", minutes: 60, rate: 4, keepMinutes: 5, stuck: 0 },
    counts: { triggered: 1, deleted: 1, reads: 1, messages: 1, streams: 1, problems: [...problems] },
    samples: all,
    judged: judgeAll(all),
  };
}

test("where nothing happens everything is flat", () => {
  expect(rising(() => ({}))).toEqual([]);
});

test("handles that are not closed are found", () => {
  expect(
    rising((minute) => ({
      roles: {
        ...{ runners: role(), postgres: role(), other: role() },
        control: role({ handles: 40 + Math.floor(minute / 5) }),
      },
    })),
  ).toEqual(["control: open handles but those to runners"]);
});

test("more runners on a busy machine are no leak, and handles that each of them keeps are", () => {
  const roles = (runners: Partial<RoleSample>, handles: number) => ({
    roles: { ...{ control: role({ handles }), postgres: role(), other: role() }, runners: role(runners) },
  });
  const busy = (minute: number): number => 2 + Math.floor(minute / 6);
  expect(
    rising((minute) =>
      roles({ count: busy(minute), anonymous: 50 * busy(minute), handles: 28 * busy(minute) }, 40 + 3 * busy(minute)),
    ),
  ).toEqual([]);
  expect(rising((minute) => roles({ count: 4, anonymous: 200, handles: 4 * (28 + minute / 5) }, 52))).toEqual([
    "runners: open handles, of each",
  ]);
});

test("a heap that keeps more after each collection is found, and one without any collection is not judged", () => {
  expect(rising((minute) => ({ heapAfterMajor: 40 + minute / 6 }))).toEqual(["control: heap after a major collection"]);
  const judged = judgeAll(samples(() => ({ heapAfterMajor: null })));
  expect(judged.map((each) => each.name)).not.toContain("control: heap after a major collection");
});

test("a history may grow with its rows, and not for each of them", () => {
  const table = (bytesOfRow: number, live: number) => ({
    tables: { event: { bytes: bytesOfRow * live, indexBytes: 0, live, dead: 0 } },
  });
  expect(rising((minute) => table(200, 50_000 + minute * 5_000))).toEqual([]);
  expect(rising((minute) => table(200 + minute, 50_000 + minute * 5_000))).toEqual(["table event, for each row"]);
});

test("a table that grows while its rows do not is found, and so are dead rows that nobody takes away", () => {
  const table = (bytes: number, dead: number) => ({ tables: { kept: { bytes, indexBytes: 0, live: 10_000, dead } } });
  expect(rising((minute) => table((10 + minute / 10) * MEGABYTE, 0))).toEqual(["table kept"]);
  expect(rising((minute) => table(10 * MEGABYTE, minute * 500))).toEqual(["table kept, dead rows for each live one"]);
});

test("work that costs more and more processor time is found; a slow answer is only shown", () => {
  const costs = (minute: number) => ({
    roles: {
      ...{ runners: role(), postgres: role(), other: role() },
      control: role({ processorMs: 80 * (minute * 30 + minute ** 2) }),
    },
  });
  expect(rising(costs)).toEqual(["control: processor time for each run"]);
  expect(rising((minute) => ({ triggerMs: 5 + minute, chainMs: 60 + minute * 5 }))).toEqual([]);
});

test("the report has the figures at the marked minutes and says what is not flat", () => {
  const calm = reportText(report(() => ({})));
  expect(calm).toContain("**Flat.**");
  expect(calm).toContain("| 5 min | 15 min | 30 min | 45 min | 60 min |");
  const leaking = report((minute) => ({ connections: 14 + minute / 5 }));
  expect(failings(leaking)).toEqual(["PostgreSQL: connections rises by 12.0 an hour"]);
  expect(reportText(leaking)).toContain("**Not flat.**");
});

test("a request that went wrong and a run that ended wrong fail a soak in which all is flat", () => {
  expect(failings(report(() => ({}), ["GET /x: 500"]))).toEqual(["1 requests went wrong, the first: GET /x: 500"]);
  expect(failings(report((minute) => ({ wrong: minute > 59 ? 1 : 0 })))).toHaveLength(1);
  expect(failings({ ...report(() => ({})), stuck: 2 })).toEqual(["2 runs did not end"]);
});
