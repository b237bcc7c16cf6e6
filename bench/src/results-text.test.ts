import { expect, test } from "vitest";
import type { Row } from "./figures.ts";
import { compare } from "./growth/growth-figures.ts";
import { airflowTable, growthTable, ownFigures, peersTable, rowsTable, timesBetter } from "./results-text.ts";

const ROWS: readonly Row[] = [
  { name: "start", value: 10, unit: "ms", target: 5, shared: "startMs" },
  { name: "rate", value: 2_000, unit: "/s", target: 1_000, shared: "perSecond" },
  { name: "race", value: 1.05, unit: "x", target: 1.1 },
  { name: "floor", value: 0.3, unit: "ms" },
];

test("a row says what it is bound by and whether it is met", () => {
  expect(rowsTable(ROWS).slice(2)).toEqual([
    "| start | 10.0 ms | <= 5 ms | short (0.50x) |",
    "| rate | 2000 /s | >= 1000 /s | met (2.00x) |",
    "| race | 1.05 x | <= 1.1 x | met (1.05x) |",
    "| floor | 0.30 ms |  |  |",
  ]);
});

test("above one Windlass is ahead, for rates and for times", () => {
  expect(timesBetter(2_000, 500, true)).toBe(4);
  expect(timesBetter(10, 40, false)).toBe(4);
  expect(timesBetter(10, 5, false)).toBe(0.5);
  expect(timesBetter(undefined, 5, false)).toBeUndefined();
});

test("a peer has a ratio for each figure that both have, and one that could not run is named with its reason", () => {
  const table = peersTable(ownFigures(ROWS), [
    { name: "Queue", figures: { perSecond: 4_000, startMs: 5, chainMs: 7 } },
    { name: "Absent", skipped: "there is no redis-server\nand more" },
  ]);
  expect(table).toContain("| Queue | 4000 /s | 0.50x | 5.00 ms | 0.50x | 7.00 ms | – | – | – |");
  expect(table.at(-1)).toBe("- Absent was skipped: there is no redis-server");
});

test("Airflow stands beside its targets", () => {
  const airflow = {
    ...{ version: "3.3.2", measured: "here", perSecond: 2, startMs: 1_000, chainMs: 9_000, fanMs: 60_000 },
    ...{ triggerMs: 50, idleMegabytes: 900 },
  };
  const table = airflowTable({ ...ownFigures(ROWS), triggerMs: 5 }, [airflow]);
  expect(table[2]).toBe(
    "| Airflow 3.3.2 (here) | 2.00 /s | 1000x | 1000 ms | 100x | 9000 ms | – | 60000 ms | – | 50.0 ms | 10.0x | 900 MB | – |",
  );
  const cells = (line: string | undefined): number => (line ?? "").split("|").length;
  expect(cells(table[3])).toBe(cells(table[2]));
  expect(cells(table[0])).toBe(cells(table[2]));
});

test("along the size of a Dag the cost of one more task decides, elsewhere the whole", () => {
  const cost = (processor: number) => ({ wall: 1, control: processor, postgres: 0, runners: 0 });
  const point = { runs: 1, repetitions: 3 };
  const table = growthTable(
    compare([
      { ...point, axis: "tasks in a Dag, side by side", at: 1, tasks: 1, cost: cost(3_000) },
      { ...point, axis: "tasks in a Dag, side by side", at: 10, tasks: 10, cost: cost(1_200) },
      { ...point, axis: "tasks in a Dag, side by side", at: 1_000, tasks: 1_000, cost: cost(1_500) },
      { ...point, axis: "stored runs", at: 0, tasks: 10, cost: cost(1_000) },
      { ...point, axis: "stored runs", at: 1_000_000, tasks: 10, cost: cost(1_290) },
    ]),
  );
  expect(table.slice(2).map((line) => line.split("|").at(-2)?.trim())).toEqual(["met", "met", "short", "met", "met"]);
});
