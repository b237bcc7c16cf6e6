import { expect, test } from "vitest";
import { type Axis, compare, type GrowthPoint, medianCost } from "./growth-figures.ts";

const cost = (processor: number, wall = processor) => ({
  wall,
  control: processor / 2,
  postgres: processor / 2,
  runners: 0,
});

function point(axis: Axis, at: number, tasks: number, processor: number): GrowthPoint {
  return { axis, at, runs: 1, tasks, repetitions: 3, cost: cost(processor) };
}

test("each point is compared with the first of its own axis", () => {
  const compared = compare([
    point("stored runs", 0, 10, 1_000),
    point("stored runs", 1_000_000, 10, 1_250),
    point("active runs", 1, 10, 500),
    point("active runs", 5_000, 10, 1_000),
  ]);
  expect(compared.map((each) => each.processorRatio)).toEqual([1, 1.25, 1, 2]);
  expect(compared.map((each) => each.wallRatio)).toEqual([1, 1.25, 1, 2]);
  expect(compared.map((each) => each.marginal)).toEqual([null, null, null, null]);
});

test("what a run costs by itself is not counted for the tasks that it has more", () => {
  // A run costs 2000 and each of its tasks 1000: 3000 with one, 1200 each with ten, 1002 each with a thousand.
  const compared = compare([
    point("tasks in a Dag, side by side", 1, 1, 3_000),
    point("tasks in a Dag, side by side", 10, 10, 1_200),
    point("tasks in a Dag, in ten chains", 1_000, 1_000, 1_002),
  ]);
  expect(compared.map((each) => each.marginal)).toEqual([null, 1_000, 1_000]);
});

test("a cost that grows with the size shows in what one more task costs", () => {
  const [, hundred, thousand] = compare([
    point("tasks in a Dag, side by side", 1, 1, 3_000),
    point("tasks in a Dag, side by side", 100, 100, 1_000),
    point("tasks in a Dag, side by side", 1_000, 1_000, 5_000),
  ]);
  expect((thousand?.marginal ?? 0) / (hundred?.marginal ?? 1)).toBeGreaterThan(4);
});

test("the median is taken of each part by itself", () => {
  const costs = [
    { wall: 1, control: 30, postgres: 5, runners: 7 },
    { wall: 2, control: 10, postgres: 6, runners: 8 },
    { wall: 3, control: 20, postgres: 4, runners: 9 },
  ];
  expect(medianCost(costs)).toEqual({ wall: 2, control: 20, postgres: 5, runners: 8 });
});
