import type { AttemptOutcome, SerializedTask } from "@windlass/contract";
import { testDag, testTask } from "@windlass/core/test-support";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clearTaskInstances } from "../../src/domain/clear.ts";
import { markRun, markTaskInstances } from "../../src/domain/mark.ts";
import type { ActiveRun } from "../../src/services/scheduler/active-run.ts";
import { makeScheduledRuns } from "../../src/services/scheduler/scheduled-runs.ts";
import { RunsChangedMeanwhile } from "../../src/store/commit-transitions.ts";
import { type Bench, memoryBench, postgresBench, second } from "./test-bench.ts";
import { BOOT, changeByHand, FAILED, hold, makeRun, outcome, round } from "./perform.ts";

/** One step; numbers choose among what is there, modulo its length. */
type Step =
  | { readonly do: "trigger" | "load" | "expired" | "lists" | "schedule" | "claim" }
  | { readonly do: "renew"; readonly alive: boolean }
  | { readonly do: "start" | "delete" | "stuck" | "pause"; readonly which: number }
  | { readonly do: "by_hand"; readonly which: number; readonly how: number }
  | {
      readonly do: "round";
      readonly runs: readonly number[];
      readonly ends: readonly number[];
      readonly free: number;
      readonly forWorkers: boolean;
    };

const small = fc.nat(1_000);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>({ do: "trigger" }) },
  { weight: 5, arbitrary: fc.constant<Step>({ do: "load" }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Step>({ do: "expired" }, { do: "lists" }, { do: "schedule" }, { do: "claim" }),
  },
  { weight: 1, arbitrary: fc.boolean().map((alive): Step => ({ do: "renew", alive })) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom("start" as const, "delete", "stuck", "pause"), which: small }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("by_hand" as const), which: small, how: fc.nat(5) }) },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant("round" as const),
      runs: fc.array(small, { minLength: 1, maxLength: 3 }),
      ends: fc.array(fc.nat(9), { maxLength: 4 }),
      free: fc.nat(4),
      forWorkers: fc.boolean(),
    }),
  },
);

const OUTCOMES: readonly AttemptOutcome[] = [
  { state: "success", returnValue: [{ x: 1 }, { x: 2 }] },
  { state: "success", returnValue: { a: 1, b: null } },
  { state: "success" },
  { state: "skipped", reason: "told to" },
  FAILED,
  { state: "rescheduled", afterSeconds: 3 },
  { state: "deferred", trigger: { kind: "moment", moment: second(40) }, timeoutSeconds: 5 },
];

const dag = (dagId: string, tasks: readonly SerializedTask[], more: object = {}) => testDag(dagId, tasks, more);
const retry = { attempts: 1, delaySeconds: 2, backoff: "none", maxDelaySeconds: null, multiplier: 2 } as const;
const DAGS = [
  dag("mapped", [
    testTask("list", { retry }),
    testTask("each", {
      upstreamTaskIds: ["list"],
      expand: { kind: "kwargs", source: { kind: "xcom", taskId: "list", key: "return_value" } },
      pool: "narrow",
    }),
    testTask("end", { upstreamTaskIds: ["each"], triggerRule: "all_done" }),
  ]),
  dag(
    "past",
    [
      testTask("a", { dependsOnPast: true, retry, maxActivePerDag: 1 }),
      testTask("b", { upstreamTaskIds: ["a"], queue: "far", poolSlots: 2, pool: "narrow" }),
    ],
    { maxActiveRuns: 2, schedule: { kind: "dates", dates: [4, 8, 12, 16].map(second) }, catchup: true },
  ),
];

/** A bench with what is remembered of it between steps. */
interface Player {
  readonly bench: Bench;
  readonly held: ActiveRun[];
  ids: number;
  attempts: string[];
  reserve: { readonly id: number; readonly attemptId: string }[];
  dagsPaused: boolean;
}

async function player(bench: Bench): Promise<Player> {
  for (const each of DAGS) await bench.storeDag(each, second(0));
  await bench.setPool("narrow", 3, true);
  return { bench, held: [], ids: 0, attempts: [], reserve: [], dagsPaused: false };
}

const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];

/** Does one step. @returns what it answered, to be compared */
async function play(at: Player, step: Step, n: number): Promise<unknown> {
  const { store } = at.bench;
  const now = second(n);
  const newAttemptId = (): string => `00000000-0000-7000-8000-${String((at.ids += 1)).padStart(12, "0")}`;
  const runIds = async (): Promise<readonly number[]> =>
    (await at.bench.rows()).runs.map((row) => (row as { readonly id: number }).id);
  switch (step.do) {
    case "trigger":
      return makeRun(store, pick(DAGS, n)!.dagId, (n % DAGS.length) + 1, now);
    case "load": {
      // What was held before stays held, too: old as it is, it is what another scheduler may know.
      for (const id of await runIds()) at.held.push((await hold(store, id))!);
      return at.held.map(({ snapshot }) => [snapshot.version, snapshot.taskInstances.map(({ state }) => state)]);
    }
    case "expired":
      return store.listExpiredLeases(10, 3);
    case "lists": {
      const all = await runIds();
      return Promise.all([
        store.listRunningVersions(),
        store.listAdmissible(null, now, 3),
        store.listAdmissible(["past"], now, 3),
        store.listQueued(all),
        store.nextQueuedRunAfter(now),
        store.nextDueAt(),
        store
          .listAttemptsOfBoots([BOOT])
          .then((found) => found.toSorted((a, b) => (a.attemptId < b.attemptId ? -1 : 1))),
        store.listStuckRestarting(-1, 9),
      ]);
    }
    case "schedule":
      return makeScheduledRuns(store, { now: () => now }, 5);
    case "claim":
      return store.claimQueued(["far", "default"], 2, 30);
    case "renew":
      return (await store.renewLeases(at.attempts, step.alive ? 600 : -60)).toSorted();
    case "start": {
      const attemptId = pick(at.attempts, step.which);
      if (attemptId === undefined) return undefined;
      return store.startAttempt({ attemptId, hostname: "w", pid: 9, startDate: second(100), bootId: BOOT }, 600);
    }
    case "stuck":
      return store.listStuckQueued(-1, 9, { named: [], allBut: step.which % 2 === 0 ? [] : ["far"] });
    case "delete": {
      const id = step.which % 3 === 0 ? pick(await runIds(), step.which) : undefined;
      if (id !== undefined) await store.byHand((tx) => tx.deleteRun(id));
      return id;
    }
    case "pause":
      at.dagsPaused = !at.dagsPaused;
      return store.setDagPaused(pick(DAGS, step.which)!.dagId, at.dagsPaused);
    case "by_hand": {
      const id = pick(await runIds(), step.which);
      if (id === undefined) return undefined;
      return changeByHand(store, id, now, (run) => {
        const some = new Set(
          run.taskInstances.filter((_, index) => index % 2 === step.which % 2).map((each) => each.id),
        );
        if (step.how === 0) return markRun(run, "success");
        if (step.how === 1) return markRun(run, "failed");
        if (step.how === 2) return markRun(run, "queued");
        if (step.how === 3) return markTaskInstances(run, some, [], "success");
        return clearTaskInstances(run, some, { resetRun: step.how === 4 });
      });
    }
    case "round": {
      const chosen = new Map<number, ActiveRun>();
      for (const which of step.runs) {
        const active = pick(at.held, which);
        if (active) chosen.set(active.id, active);
      }
      const held = [...chosen.values()];
      let ends = 0;
      for (const active of held)
        for (const { state, attemptId } of active.snapshot.taskInstances) {
          if (state !== "running" && state !== "queued" && state !== "restarting") continue;
          const end = step.ends[(ends += 1) % Math.max(1, step.ends.length)];
          if (end === undefined) continue;
          const what = OUTCOMES[end];
          active.reports.push(
            what ? outcome(attemptId, what) : { kind: end === 8 ? "never_started" : "lost", attemptId },
          );
        }
      if (at.reserve.length < 10)
        at.reserve.push(...(await store.reserveInstanceIds(20)).map((id) => ({ id, attemptId: newAttemptId() })));
      try {
        const { started, endedAttempts, heldBack } = await round(store, held, {
          ...{ now, newAttemptId, executorFree: step.free, forWorkers: step.forWorkers },
          takeIds: (count) => at.reserve.splice(0, count),
        });
        return [started.map(({ attemptId }) => attemptId), endedAttempts, heldBack.map(({ before }) => before.id)];
      } catch (error) {
        if (!(error instanceof RunsChangedMeanwhile)) throw error;
        for (const active of held) {
          active.reports = [];
          at.held.splice(at.held.indexOf(active), 1);
        }
        return ["refused", error.runIds];
      } finally {
        const rows = await at.bench.rows();
        at.attempts = rows.attempts.map((row) => (row as { readonly attemptId: string }).attemptId);
      }
    }
  }
}

/** Before its first dispatch an attempt has the id that the database made. */
async function comparable({ bench }: Player): Promise<object> {
  const rows = await bench.rows();
  const instances = rows.instances.map((row) =>
    (row as { dispatchSequence: number }).dispatchSequence === 0 ? { ...row, attemptId: null } : row,
  );
  return { ...rows, instances };
}

describe("the double beside PostgreSQL", () => {
  it("answers the same and keeps the same rows, whatever is done in whatever order", async () => {
    let steps = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 10, maxLength: 40 }), async (played) => {
        await using truth = await postgresBench();
        await using copy = await memoryBench();
        const [one, other] = [await player(truth), await player(copy)];
        for (const [n, step] of played.entries()) {
          steps += 1;
          const answer = await play(one, step, n);
          if (Array.isArray(answer) && answer[0] === "refused") refused += 1;
          expect(await play(other, step, n), JSON.stringify(step)).toEqual(answer);
          expect(await comparable(other), JSON.stringify(step)).toEqual(await comparable(one));
        }
      }),
      { numRuns: Number(process.env["WINDLASS_DIFFERENTIAL_RUNS"] ?? 40), interruptAfterTimeLimit: 60_000 },
    );
    expect(steps).toBeGreaterThan(200);
    expect(refused).toBeGreaterThan(0);
  }, 300_000);
});
