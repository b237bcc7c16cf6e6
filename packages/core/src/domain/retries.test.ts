import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LONGEST_BACKOFF_SECONDS, nextTryAt, retryDelaySeconds } from "./retries.ts";
import { after, FAILED } from "./test-support/drive.ts";
import { makeInstance, makeTask, retries, START } from "./test-support/make-run.ts";

const exponential = {
  attempts: 5,
  delaySeconds: 60,
  backoff: "exponential",
  maxDelaySeconds: null,
  multiplier: 2,
} as const;

describe("delays between tries", () => {
  it("are constant without back-off", () => {
    expect(retryDelaySeconds({ ...exponential, backoff: "none" }, 4, 0.9)).toBe(60);
  });

  it("double with each failure, spread over as much again", () => {
    expect([1, 2, 3].map((failures) => retryDelaySeconds(exponential, failures, 0))).toEqual([60, 120, 240]);
    expect([1, 2, 3].map((failures) => retryDelaySeconds(exponential, failures, 0.5))).toEqual([90, 180, 360]);
  });

  it("are a second at least and a day at most, whatever the numbers", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (delaySeconds, failures, random) => {
          const delay = retryDelaySeconds({ ...exponential, delaySeconds }, failures, random);
          expect(delay).toBeGreaterThanOrEqual(1);
          expect(delay).toBeLessThanOrEqual(LONGEST_BACKOFF_SECONDS);
        },
      ),
    );
  });

  it("stay below the bound that the task names", () => {
    expect(retryDelaySeconds({ ...exponential, maxDelaySeconds: 100 }, 4, 0.9)).toBe(100);
  });
});

describe("the next try", () => {
  const task = makeTask("a", [], retries(2, { backoff: "exponential" }));
  const failure = FAILED as Parameters<typeof nextTryAt>[2];
  const at = (tryNumber: number, maxTries: number) =>
    nextTryAt(makeInstance(1, task, { tryNumber, maxTries }), task.retry, failure, START, 0);

  it("comes while the try number has not passed max_tries", () => {
    expect([at(1, 2), at(2, 2), at(3, 2)]).toEqual([after(60), after(120), null]);
  });

  it("comes after the first delay again once the task instance was cleared", () => {
    expect([at(4, 5), at(5, 5), at(6, 5)]).toEqual([after(60), after(120), null]);
  });
});
