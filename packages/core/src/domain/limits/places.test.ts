import { describe, expect, it } from "vitest";
import { placesOf } from "./places.ts";

const gpu = { queue: "gpu", free: 2, waiting: 0 };

describe("who takes a queue", () => {
  it("is the executor for every queue, until a worker serves it by name", () => {
    const alone = placesOf(["default", "*"], []);
    expect([alone.isLocal("default"), alone.isLocal("gpu"), alone.workerRoom("gpu")]).toEqual([true, true, 0]);
    const helped = placesOf(["default", "*"], [gpu]);
    expect([helped.isLocal("gpu"), helped.workerRoom("gpu")]).toEqual([false, Number.POSITIVE_INFINITY]);
    expect(helped.isLocal("other")).toBe(true);
  });

  it("is the executor first for a queue that it is named for, and workers for what it has no slot for", () => {
    const places = placesOf(["default", "*"], [{ queue: "default", free: 5, waiting: 3 }]);
    expect([places.isLocal("default"), places.workerRoom("default")]).toEqual([true, 2]);
    const busy = placesOf(["default"], [{ queue: "default", free: 1, waiting: 3 }]);
    expect(busy.workerRoom("default")).toBe(0);
  });

  it("is whatever worker comes, where the executor is not named", () => {
    const places = placesOf(["default"], []);
    expect([places.isLocal("gpu"), places.workerRoom("gpu")]).toEqual([false, Number.POSITIVE_INFINITY]);
  });
});
