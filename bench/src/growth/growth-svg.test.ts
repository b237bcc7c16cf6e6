import { expect, test } from "vitest";
import { type Axis, compare, type GrowthPoint } from "./growth-figures.ts";
import { growthSvg } from "./growth-svg.ts";

const point = (axis: Axis, at: number, tasks: number, processor: number): GrowthPoint => ({
  ...{ axis, at, tasks, runs: 1, repetitions: 3 },
  cost: { wall: processor, control: processor, postgres: 0, runners: 0 },
});

const POINTS = [
  point("tasks in a Dag, side by side", 1, 1, 3_000),
  point("tasks in a Dag, side by side", 10, 10, 1_200),
  point("tasks in a Dag, side by side", 1_000, 1_000, 3_002),
  point("tasks in a Dag, in ten chains", 10, 10, 1_000),
  point("tasks in a Dag, in ten chains", 100, 100, 1_000),
  point("stored runs", 0, 10, 1_000),
  point("stored runs", 1_000_000, 10, 1_500),
  point("active runs", 1, 10, 1_000),
  point("active runs", 5_000, 10, 900),
];

test("every point is drawn with its ratio; along the size of a Dag that of one more task", () => {
  const svg = growthSvg(compare(POINTS), "here");
  const titles = [...svg.matchAll(/<title>(.*?)<\/title>/g)].map(([, title]) => title);
  expect(titles).toEqual([
    "10: 1.00x",
    "1,000: 3.00x",
    "10: 1.00x",
    "100: 1.26x",
    "0: 1.00x",
    "1,000,000: 1.50x",
    "1: 1.00x",
    "5,000: 0.90x",
  ]);
});

test("all stays inside, however much a ratio is beyond the target", () => {
  const svg = growthSvg(compare([...POINTS, point("active runs", 10_000, 10, 40_000)]), "here");
  expect(svg).not.toContain("NaN");
  for (const [, y] of svg.matchAll(/cy="(-?[\d.]+)"/g)) expect(Number(y)).toBeGreaterThan(50);
});
