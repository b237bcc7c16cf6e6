import { describe, expect, it } from "vitest";
import { FollowedClock } from "./followed-clock.ts";
import { instant } from "./time.ts";

function setup() {
  let passedMs = 1_000;
  const clock = new FollowedClock(instant("2026-01-01T00:00:00.000250Z"), () => passedMs);
  return { clock, pass: (ms: number) => (passedMs += ms) };
}

describe("a clock that goes by another one", () => {
  it("counts the monotonic time on from what it was told", () => {
    const { clock, pass } = setup();
    expect(clock.now()).toBe("2026-01-01T00:00:00.000250Z");
    pass(1_500);
    expect(clock.now()).toBe("2026-01-01T00:00:01.500250Z");
  });

  it("goes where the other one went, also back", () => {
    const { clock, pass } = setup();
    pass(1_000);
    clock.follow(instant("2026-01-03T00:00:00Z"), 5);
    pass(1_000);
    expect(clock.now()).toBe("2026-01-03T00:00:01.000000Z");
    clock.follow(instant("2026-01-01T00:00:00Z"), 5);
    expect(clock.now()).toBe("2026-01-01T00:00:00.000000Z");
  });

  it("does not tremble with the way's delay, and goes by an answer that cannot have been given between question and now", () => {
    const { clock, pass } = setup();
    pass(1_000);
    clock.follow(instant("2026-01-01T00:00:00.996000Z"), 5);
    expect(clock.now()).toBe("2026-01-01T00:00:01.000250Z");
    clock.follow(instant("2026-01-01T00:00:00.994000Z"), 5);
    expect(clock.now()).toBe("2026-01-01T00:00:00.994000Z");
    clock.follow(instant("2026-01-01T00:00:00.999000Z"), 5);
    expect(clock.now()).toBe("2026-01-01T00:00:00.999000Z");
  });
});
