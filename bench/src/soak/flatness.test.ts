import { expect, test } from "vitest";
import { judge, leastSquares, type Point, secondHalf } from "./flatness.ts";

const BOUND = { share: 0.05, least: 1 };

/** A generator of numbers between -1 and 1 that repeats itself for a seed. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state / 2_147_483_648) * 2 - 1;
  };
}

function series(valueAt: (minute: number) => number): readonly Point[] {
  return Array.from({ length: 180 }, (_, n) => ({ minute: n / 3, value: valueAt(n / 3) }));
}

test("the slope of a line is found, for an hour", () => {
  const line = leastSquares(series((minute) => 100 + minute / 2));
  expect(line.perHour).toBeCloseTo(30);
  expect(line.errorPerHour).toBeCloseTo(0);
});

test("noise around a level is flat, whatever the seed", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = noise(seed);
    expect(
      judge(
        series(() => 100 + 10 * random()),
        BOUND,
      ).flat,
      `seed ${seed}`,
    ).toBe(true);
  }
});

test("a rise of more than the bound under the same noise is not", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = noise(seed);
    expect(
      judge(
        series((minute) => 100 + (2 * minute) / 3 + 10 * random()),
        BOUND,
      ).flat,
      `seed ${seed}`,
    ).toBe(false);
  }
});

test("a rise below the bound is flat, and one just above it is not", () => {
  expect(
    judge(
      series((minute) => 100 + (4.9 * minute) / 60),
      BOUND,
    ).flat,
  ).toBe(true);
  expect(
    judge(
      series((minute) => 100 + (5.5 * minute) / 60),
      BOUND,
    ).flat,
  ).toBe(false);
});

test("a series near zero has the bound in its own unit", () => {
  expect(
    judge(
      series((minute) => (0.9 * minute) / 60),
      BOUND,
    ).flat,
  ).toBe(true);
  expect(
    judge(
      series((minute) => (1.1 * minute) / 60),
      BOUND,
    ).flat,
  ).toBe(false);
});

test("what warms up in the first half and stays there is flat, and so is a fall", () => {
  expect(
    judge(
      series((minute) => Math.min(minute, 30) * 10),
      BOUND,
    ).flat,
  ).toBe(true);
  expect(
    judge(
      series((minute) => 1000 - minute),
      BOUND,
    ).flat,
  ).toBe(true);
});

test("a sawtooth around a level is flat, and one that climbs is not", () => {
  expect(
    judge(
      series((minute) => 100 + (minute % 3)),
      BOUND,
    ).flat,
  ).toBe(true);
  expect(
    judge(
      series((minute) => 100 + (minute % 3) + minute / 5),
      BOUND,
    ).flat,
  ).toBe(false);
});

test("the second half begins at half of the time, however many points lie before", () => {
  const points = [0, 1, 2, 3, 10, 20].map((minute) => ({ minute, value: 0 }));
  expect(secondHalf(points).map((each) => each.minute)).toEqual([10, 20]);
});
