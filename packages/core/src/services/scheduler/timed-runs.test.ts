import fc from "fast-check";
import { instant } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { TimedRuns } from "./timed-runs.ts";

const at = (second: number) => instant(`2026-01-01T00:00:${String(second).padStart(2, "0")}Z`);

describe("runs that are looked at by the clock", () => {
  it("are due from their moment on, until they are given another or leave", () => {
    const timed = new TimedRuns<string>();
    timed.set("a", at(10));
    timed.set("b", at(5));
    timed.set("c", at(20));
    expect(timed.next()).toBe(at(5));
    expect([...timed.due(at(10))].sort()).toEqual(["a", "b"]);
    expect(timed.next()).toBe(at(20));
    expect([...timed.due(at(11))].sort()).toEqual(["a", "b"]);
    timed.set("a", at(30));
    timed.set("b", null);
    expect([...timed.due(at(19))]).toEqual([]);
    timed.delete("c");
    expect(timed.next()).toBe(at(30));
  });

  it("are due again when they are given the moment anew that has just passed", () => {
    const timed = new TimedRuns<string>();
    timed.set("a", at(10));
    expect([...timed.due(at(10))]).toEqual(["a"]);
    timed.set("a", at(10));
    expect(timed.next()).toBe(at(10));
    expect([...timed.due(at(10))]).toEqual(["a"]);
  });

  it("answer as a list that is walked through would, whatever happens", () => {
    const step = fc.record({
      run: fc.nat({ max: 5 }),
      what: fc.constantFrom("set", "set", "set", "delete", "due"),
      second: fc.option(fc.nat({ max: 59 })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const timed = new TimedRuns<number>();
        const waiting = new Map<number, string>();
        const due = new Set<number>();
        for (const { run, what, second } of steps) {
          if (what === "due") {
            const now = at(second ?? 30);
            for (const [each, moment] of waiting) if (moment <= now && waiting.delete(each)) due.add(each);
            expect([...timed.due(now)].sort()).toEqual([...due].sort());
          } else {
            due.delete(run);
            waiting.delete(run);
            if (what === "set" && second !== null) waiting.set(run, at(second));
            if (what === "set") timed.set(run, second === null ? null : at(second));
            else timed.delete(run);
          }
          expect(timed.next()).toBe([...waiting.values()].sort()[0] ?? null);
        }
      }),
    );
  });
});
