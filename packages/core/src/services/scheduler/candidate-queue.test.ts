import fc from "fast-check";
import { instant } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { byPriority } from "../../domain/limits/select-queueable.ts";
import type { QueueCandidate } from "../../domain/limits/slots.ts";
import { CandidateQueue } from "./candidate-queue.ts";

const NOW = instant("2026-01-01T00:00:00Z");

function candidate(id: number, overrides: Partial<QueueCandidate> = {}): QueueCandidate {
  return {
    id,
    dagId: "dag",
    taskId: `t${String(id)}`,
    mapIndex: -1,
    dagRunId: 1,
    runAfter: NOW,
    pool: "default_pool",
    poolSlots: 1,
    queue: "default",
    effectiveWeight: 1,
    maxActiveTasks: 16,
    maxActivePerDag: null,
    maxActivePerRun: null,
    ...overrides,
  };
}

describe("the queue of candidates", () => {
  it("gives the most urgent ones of each class", () => {
    const queue = new CandidateQueue();
    for (let id = 0; id < 10; id += 1) queue.add(candidate(id, { dagRunId: id % 3, effectiveWeight: id }));
    queue.add(candidate(100, { pool: "other" }));
    expect(
      queue
        .top(
          () => 3,
          () => 16,
        )
        .map((each) => each.id),
    ).toEqual([9, 8, 7, 100]);
  });

  it("passes over runs at their bound", () => {
    const queue = new CandidateQueue();
    for (let id = 0; id < 6; id += 1) queue.add(candidate(id, { dagRunId: id < 3 ? 1 : 2, effectiveWeight: 10 - id }));
    expect(
      queue
        .top(
          () => 10,
          (run) => (run === 1 ? 1 : 2),
        )
        .map((each) => each.id),
    ).toEqual([0, 3, 4]);
  });

  it("agrees with sorting all of them, whatever was added and removed", () => {
    const entry = fc.record({
      run: fc.integer({ min: 1, max: 6 }),
      weight: fc.integer({ min: 0, max: 4 }),
      removed: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 6 }),
        (entries, count, gone) => {
          const queue = new CandidateQueue();
          const all = entries.map((each, id) => candidate(id, { dagRunId: each.run, effectiveWeight: each.weight }));
          for (const each of all) queue.add(each);
          const left = all.filter((each, index) => !entries[index]!.removed && each.dagRunId !== gone);
          queue.removeRun(gone);
          all.forEach((each, index) => {
            if (entries[index]!.removed) queue.remove(each);
          });
          expect(
            queue.top(
              () => count,
              () => 100,
            ),
          ).toEqual(left.toSorted(byPriority).slice(0, count));
          expect(queue.isEmpty).toBe(left.length === 0);
        },
      ),
    );
  });
});
