import type { AttemptContext } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { WaitingAttempts } from "./waiting-attempts.ts";

const attempt = (attemptId: string): AttemptContext => ({ attemptId }) as AttemptContext;

describe("attempts that wait for a process", () => {
  it("go by priority, and by age among equals", () => {
    const waiting = new WaitingAttempts();
    waiting.add(attempt("low"), 1, 0);
    waiting.add(attempt("high"), 5, 1);
    waiting.add(attempt("high too"), 5, 2);
    expect([waiting.take(), waiting.take(), waiting.take(), waiting.take()].map((each) => each?.attemptId)).toEqual([
      "high",
      "high too",
      "low",
      undefined,
    ]);
  });

  it("can be taken back and tell how long they have waited", () => {
    const waiting = new WaitingAttempts();
    waiting.add(attempt("a"), 1, 0);
    waiting.add(attempt("b"), 1, 10);
    expect(waiting.waitingSince(5)).toBe(1);
    expect(waiting.remove("a")?.attemptId).toBe("a");
    expect(waiting.remove("a")).toBeUndefined();
    expect(waiting.ids()).toEqual(["b"]);
  });
});
