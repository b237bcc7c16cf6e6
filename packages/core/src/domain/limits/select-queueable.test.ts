import { instant } from "@windlass/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placesOf } from "./places.ts";
import { selectQueueable } from "./select-queueable.ts";
import { taskInRunKey, taskKey, type Occupancy, type QueueCandidate } from "./slots.ts";

function candidate(id: number, change: Partial<QueueCandidate> = {}): QueueCandidate {
  return {
    id,
    dagId: "d",
    taskId: `t${id}`,
    mapIndex: -1,
    dagRunId: 1,
    runAfter: instant("2026-03-01T00:00:00Z"),
    pool: "default_pool",
    poolSlots: 1,
    queue: "default",
    effectiveWeight: 1,
    maxActiveTasks: 16,
    maxActivePerDag: null,
    maxActivePerRun: null,
    ...change,
  };
}

function occupancy(change: Partial<Occupancy> = {}): Occupancy {
  return {
    pools: new Map([["default_pool", { slots: 128, occupied: 0 }]]),
    activeInRun: new Map(),
    activeOfTask: new Map(),
    activeOfTaskInRun: new Map(),
    executorFree: 32,
    ...change,
  };
}

function outcome(candidates: readonly QueueCandidate[], occupied: Occupancy) {
  const { queue, held } = selectQueueable(candidates, occupied);
  return { queue: queue.map(({ id }) => id), held: held.map(({ candidate: { id }, by }) => [id, by]) };
}

describe("selecting what is queued", () => {
  it("takes the higher weight first, then the older run, then the older task instance", () => {
    const early = instant("2026-02-01T00:00:00Z");
    const candidates = [
      candidate(3),
      candidate(2),
      candidate(4, { runAfter: early }),
      candidate(9, { effectiveWeight: 5 }),
    ];
    expect(outcome(candidates, occupancy({ executorFree: 3 }))).toEqual({
      queue: [9, 4, 2],
      held: [[3, "parallelism"]],
    });
  });

  it("leaves to workers what the executor does not take, or has no slot for", () => {
    const places = placesOf(["default"], [{ queue: "default", free: 3, waiting: 2 }]);
    const candidates = [
      candidate(1, { queue: "gpu" }),
      candidate(2),
      candidate(3),
      candidate(4),
      candidate(5, { queue: "gpu" }),
    ];
    const selection = selectQueueable(candidates, occupancy({ executorFree: 1, places }));
    expect(selection.queue.map(({ id }) => id)).toEqual([1, 2, 3, 5]);
    expect([...selection.forWorkers]).toEqual([1, 3, 5]);
    expect(selection.held.map(({ candidate: { id }, by }) => [id, by])).toEqual([[4, "parallelism"]]);
  });

  it("fills a pool by slots, letting small ones pass a large one that has to wait", () => {
    const pools = new Map([["small", { slots: 3, occupied: 1 }]]);
    const inPool = { pool: "small" };
    const candidates = [
      candidate(1, { ...inPool, poolSlots: 3, effectiveWeight: 9 }),
      candidate(2, { ...inPool, poolSlots: 2 }),
      candidate(3, inPool),
    ];
    expect(outcome(candidates, occupancy({ pools }))).toEqual({
      queue: [2],
      held: [
        [1, "pool_full"],
        [3, "pool_full"],
      ],
    });
  });

  it("tells a pool that is missing or too small from one that is full, and -1 slots are without bound", () => {
    const pools = new Map([
      ["small", { slots: 1, occupied: 0 }],
      ["endless", { slots: -1, occupied: 999 }],
    ]);
    const candidates = [
      candidate(1, { pool: "small", poolSlots: 2 }),
      candidate(2, { pool: "nowhere" }),
      candidate(3, { pool: "endless", poolSlots: 50 }),
    ];
    expect(outcome(candidates, occupancy({ pools }))).toEqual({
      queue: [3],
      held: [
        [1, "larger_than_pool"],
        [2, "pool_missing"],
      ],
    });
  });

  it("counts max_active_tasks in each run by itself, as Airflow 3", () => {
    const limited = { maxActiveTasks: 1 };
    const candidates = [candidate(1, limited), candidate(2, limited), candidate(3, { ...limited, dagRunId: 2 })];
    expect(outcome(candidates, occupancy())).toEqual({ queue: [1, 3], held: [[2, "max_active_tasks"]] });
  });

  it("counts a task's own bounds over all runs and within one", () => {
    const perDag = { taskId: "t", maxActivePerDag: 1 };
    expect(outcome([candidate(1, perDag), candidate(2, { ...perDag, dagRunId: 2 })], occupancy())).toEqual({
      queue: [1],
      held: [[2, "max_active_per_dag"]],
    });
    const perRun = { taskId: "t", maxActivePerRun: 1 };
    expect(
      outcome([candidate(1, perRun), candidate(2, { ...perRun, dagRunId: 2 }), candidate(3, perRun)], occupancy()),
    ).toEqual({ queue: [1, 2], held: [[3, "max_active_per_run"]] });
  });

  it("never exceeds a limit, and holds nothing back that would have fitted", () => {
    const anyCandidate = fc.record({
      taskId: fc.constantFrom("a", "b", "c"),
      dagRunId: fc.integer({ min: 1, max: 3 }),
      pool: fc.constantFrom("p", "q", "endless"),
      poolSlots: fc.integer({ min: 1, max: 3 }),
      effectiveWeight: fc.integer({ min: 1, max: 3 }),
      maxActiveTasks: fc.constant(4),
      maxActivePerDag: fc.constantFrom(null, 3),
      maxActivePerRun: fc.constantFrom(null, 2),
    });
    const anyOccupancy = fc.record({
      p: fc.nat(6),
      q: fc.nat(6),
      free: fc.nat(12),
      inRun: fc.nat(4),
      ofTask: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(anyCandidate, { maxLength: 30 }), anyOccupancy, (changes, numbers) => {
        const occupied = occupancy({
          pools: new Map([
            ["p", { slots: 5, occupied: Math.min(5, numbers.p) }],
            ["q", { slots: 6, occupied: numbers.q }],
            ["endless", { slots: -1, occupied: 3 }],
          ]),
          activeInRun: new Map([[1, numbers.inRun]]),
          activeOfTask: new Map([["d\na", numbers.ofTask]]),
          executorFree: numbers.free,
        });
        const { queue, held } = selectQueueable(
          changes.map((change, index) => candidate(index, change)),
          occupied,
        );
        const inPool = (pool: string) =>
          (occupied.pools.get(pool)?.occupied ?? 0) +
          queue.filter((chosen) => chosen.pool === pool).reduce((sum, { poolSlots }) => sum + poolSlots, 0);
        const inRun = (run: number) =>
          (occupied.activeInRun.get(run) ?? 0) + queue.filter(({ dagRunId }) => dagRunId === run).length;
        const ofTask = (key: string) =>
          (occupied.activeOfTask.get(key) ?? 0) + queue.filter((chosen) => taskKey(chosen) === key).length;
        const ofTaskInRun = (key: string) => queue.filter((chosen) => taskInRunKey(chosen) === key).length;
        expect(inPool("p")).toBeLessThanOrEqual(5);
        expect(inPool("q")).toBeLessThanOrEqual(6);
        expect(queue.length).toBeLessThanOrEqual(numbers.free);
        for (const chosen of queue) {
          expect(inRun(chosen.dagRunId)).toBeLessThanOrEqual(4);
        }
        for (const { candidate: left } of held) {
          const slots = occupied.pools.get(left.pool)?.slots ?? 0;
          const full =
            (slots !== -1 && inPool(left.pool) + left.poolSlots > slots) ||
            inRun(left.dagRunId) >= left.maxActiveTasks ||
            (left.maxActivePerDag !== null && ofTask(taskKey(left)) >= left.maxActivePerDag) ||
            (left.maxActivePerRun !== null && ofTaskInRun(taskInRunKey(left)) >= left.maxActivePerRun) ||
            queue.length >= numbers.free;
          expect(full).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
