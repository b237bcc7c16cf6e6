import { testChain, testDag, testTask } from "@windlass/core/test-support";
import { describe, expect, it } from "vitest";
import { clearTaskInstances } from "../../src/domain/clear.ts";
import { markRun } from "../../src/domain/mark.ts";
import { makeScheduledRuns } from "../../src/services/scheduler/scheduled-runs.ts";
import { RunsChangedMeanwhile } from "../../src/store/commit-transitions.ts";
import { BENCHES, type Bench, type Rows, second } from "./test-bench.ts";
import { changeByHand, FAILED, hold, makeRun, outcome, round } from "./perform.ts";

const ALL = { named: [], allBut: [] };

/*
 * What a scheduler may rely on, asked of PostgreSQL and of the double alike: where the double passes, a simulation on it says something about the product.
 */
describe.each(BENCHES)("the store of a scheduler, as $of", ({ open }) => {
  let ids = 0;
  const newAttemptId = (): string => `00000000-0000-7000-8000-${String((ids += 1)).padStart(12, "0")}`;
  const at = (n: number, more: object = {}) => ({ now: second(n), newAttemptId, ...more });

  async function bench(dag = testDag("d", testChain(2)), runs = 1): Promise<Bench & { readonly runIds: number[] }> {
    const opened = await open();
    await opened.storeDag(dag, second(0));
    const runIds: number[] = [];
    for (let n = 0; n < runs; n += 1) {
      const made = await makeRun(opened.store, dag.dagId, 1, second(n));
      runIds.push(made.kind === "created" ? made.id : 0);
    }
    return Object.assign(opened, { runIds });
  }

  const states = ({ instances }: Rows): unknown[] => instances.map((row) => (row as { state: unknown }).state);
  const column = (rows: readonly object[], name: string): unknown[] => rows.map((row) => (row as never)[name]);

  it("starts a run and its first task in one commit, with attempt, lease and history", async () => {
    await using b = await bench();
    const run = await hold(b.store, b.runIds[0]!);
    const result = await round(b.store, [run!], at(1));
    expect(result.started).toHaveLength(1);
    const rows = await b.rows();
    expect(rows.runs).toMatchObject([{ state: "running", version: 1, startDate: second(1) }]);
    expect(rows.instances).toMatchObject([
      { state: "running", hasLease: true, dispatchSequence: 1, tryNumber: 1, hostname: "here", pid: 7 },
      { state: null, hasLease: false },
    ]);
    expect(rows.attempts).toMatchObject([{ startedAt: second(1), endedAt: null, outcome: null }]);
    expect(rows.outbox).toEqual([]);
    expect(column(rows.events, "reason")).toEqual([
      ...["run_created", "run_started", "dependencies_met", "slots_free", "attempt_started"],
    ]);
  });

  it("refuses a commit about a run that changed meanwhile, and leaves everything as it was", async () => {
    await using b = await bench();
    const first = await hold(b.store, b.runIds[0]!);
    const second_ = await hold(b.store, b.runIds[0]!);
    await round(b.store, [first!], at(1));
    const before = await b.rows();
    await expect(round(b.store, [second_!], at(2))).rejects.toEqual(new RunsChangedMeanwhile([b.runIds[0]!]));
    expect(await b.rows()).toEqual(before);
  });

  it("names only the runs that changed, and commits none of the others", async () => {
    await using b = await bench(testDag("d", testChain(1)), 2);
    const held = await Promise.all(b.runIds.map((id) => hold(b.store, id)));
    await changeByHand(b.store, b.runIds[1]!, second(1), (run) => markRun(run, "failed"));
    const failed = await round(b.store, [held[0]!, held[1]!], at(2)).catch((error: unknown) => error);
    expect(failed).toMatchObject({ runIds: [b.runIds[1]] });
    expect(column((await b.rows()).runs, "state")).toEqual(["queued", "failed"]);
  });

  it("refuses a commit about a run that was deleted", async () => {
    await using b = await bench();
    const run = await hold(b.store, b.runIds[0]!);
    await b.store.byHand((tx) => tx.deleteRun(b.runIds[0]!));
    await expect(round(b.store, [run!], at(1))).rejects.toBeInstanceOf(RunsChangedMeanwhile);
    const rows = await b.rows();
    expect([rows.runs, rows.instances, rows.attempts]).toEqual([[], [], []]);
  });

  it("gives no more slots than a pool has, whoever took the others meanwhile", async () => {
    await using b = await bench(testDag("d", [testTask("a", { pool: "narrow" })]), 2);
    await b.setPool("narrow", 1);
    const [one, other] = await Promise.all(b.runIds.map((id) => hold(b.store, id)));
    expect((await round(b.store, [one!], at(1))).started).toHaveLength(1);
    expect((await round(b.store, [other!], at(2))).started).toHaveLength(0);
    expect(states(await b.rows())).toEqual(["running", "scheduled"]);
  });

  it("counts what is deferred where the pool includes it", async () => {
    const trigger = { kind: "moment", moment: second(500) } as const;
    for (const include of [true, false]) {
      await using b = await bench(testDag("d", [testTask("a", { pool: "narrow" })]), 2);
      await b.setPool("narrow", 1, include);
      const [one, other] = await Promise.all(b.runIds.map((id) => hold(b.store, id)));
      const { started } = await round(b.store, [one!], at(1));
      one!.reports = [outcome(started[0]!.attemptId, { state: "deferred", trigger, timeoutSeconds: null })];
      await round(b.store, [one!], at(2));
      expect((await round(b.store, [other!], at(3))).started).toHaveLength(include ? 0 : 1);
    }
  });

  it("holds a run back while its Dag has as many as it may, or is paused", async () => {
    await using b = await bench(testDag("d", testChain(1), { maxActiveRuns: 1 }), 2);
    const [one, other] = await Promise.all(b.runIds.map((id) => hold(b.store, id)));
    expect((await round(b.store, [one!], at(1))).heldBack).toHaveLength(0);
    expect((await round(b.store, [other!], at(2))).heldBack).toHaveLength(1);
    expect(await b.store.listAdmissible(null, second(3), 10)).toEqual([]);
    await changeByHand(b.store, b.runIds[0]!, second(3), (run) => markRun(run, "success"));
    expect(await b.store.listAdmissible(["d"], second(4), 10)).toEqual([b.runIds[1]]);
    await b.store.setDagPaused("d", true);
    expect(await b.store.listAdmissible(null, second(5), 10)).toEqual([]);
    expect((await round(b.store, [other!], at(5))).heldBack).toHaveLength(1);
  });

  it("keeps a late report, and it changes nothing", async () => {
    await using b = await bench(testDag("d", testChain(1)));
    const run = await hold(b.store, b.runIds[0]!);
    const { started } = await round(b.store, [run!], at(1));
    await changeByHand(b.store, b.runIds[0]!, second(2), (found) => markRun(found, "failed"));
    const again = await hold(b.store, b.runIds[0]!);
    again!.reports = [outcome(started[0]!.attemptId, { state: "success" })];
    const before = await b.rows();
    await round(b.store, [again!], at(3));
    const after = await b.rows();
    expect(after.late).toEqual([{ attemptId: started[0]!.attemptId, report: "success" }]);
    expect({ ...after, late: [] }).toEqual({ ...before, late: [] });
  });

  it("keeps what an attempt returned, and forgets it with the next one", async () => {
    await using b = await bench(testDag("d", testChain(1)));
    const run = await hold(b.store, b.runIds[0]!);
    const { started } = await round(b.store, [run!], at(1));
    run!.reports = [outcome(started[0]!.attemptId, { state: "success", returnValue: [1, 2] })];
    await round(b.store, [run!], at(2));
    const address = { dagRunId: b.runIds[0]!, taskId: "t0", mapIndex: -1, key: "return_value" };
    expect(await b.store.loadXcoms([address])).toEqual([{ ...address, content: { kind: "value", value: [1, 2] } }]);
    await changeByHand(b.store, b.runIds[0]!, second(3), (found) =>
      clearTaskInstances(found, new Set(found.taskInstances.map(({ id }) => id))),
    );
    const cleared = await hold(b.store, b.runIds[0]!);
    await round(b.store, [cleared!], at(4));
    expect(await b.store.loadXcoms([address])).toEqual([]);
    expect((await b.rows()).attempts).toMatchObject([
      { tryNumber: 1, outcome: "success" },
      { tryNumber: 2, dispatchSequence: 2, outcome: null },
    ]);
  });

  it("renews the leases that are not over, and finds those that are", async () => {
    await using b = await bench(testDag("d", [testTask("a"), testTask("b")]), 1);
    const run = await hold(b.store, b.runIds[0]!);
    const { started } = await round(b.store, [run!], at(1));
    const [one, other] = started.map(({ attemptId }) => attemptId) as [string, string];
    expect(await b.store.listExpiredLeases(10, 10)).toEqual([]);
    expect(await b.store.renewLeases([other, newAttemptId()], -30)).toEqual([other]);
    expect(await b.store.renewLeases([one, other], 600)).toEqual([one]);
    expect(await b.store.listExpiredLeases(10, 10)).toEqual([{ attemptId: other, dagRunId: b.runIds[0] }]);
    expect(await b.store.listExpiredLeases(60, 10)).toEqual([]);
  });

  it("finds what a boot left running", async () => {
    await using b = await bench();
    const run = await hold(b.store, b.runIds[0]!);
    const { started } = await round(b.store, [run!], at(1));
    expect(await b.store.listAttemptsOfBoots(["00000000-0000-4000-8000-0000000000b0"])).toEqual([
      { attemptId: started[0]!.attemptId, dagRunId: b.runIds[0] },
    ]);
    expect(await b.store.listAttemptsOfBoots([newAttemptId()])).toEqual([]);
  });

  it("announces what is for workers, gives it to one, and starts it once", async () => {
    await using b = await bench(testDag("d", testChain(1)));
    const run = await hold(b.store, b.runIds[0]!);
    await round(b.store, [run!], at(1, { forWorkers: true }));
    const queued = await b.rows();
    expect(states(queued)).toEqual(["queued"]);
    const [attemptId] = column(queued.outbox, "attemptId") as [string];
    expect(await b.store.listStuckQueued(600, 10, ALL)).toEqual([]);
    expect(await b.store.listStuckQueued(-1, 10, ALL)).toEqual([{ attemptId, dagRunId: b.runIds[0] }]);
    expect(await b.store.listStuckQueued(-1, 10, { named: ["other"], allBut: ["default"] })).toEqual([]);
    expect(await b.store.claimQueued(["other"], 5, 30)).toEqual([]);
    expect(await b.store.claimQueued(["default"], 5, 30)).toEqual([{ attemptId, dagRunId: b.runIds[0] }]);
    expect(await b.store.claimQueued(["default"], 5, 30)).toEqual([]);
    const start = { attemptId, hostname: "w", pid: 9, startDate: second(2), bootId: newAttemptId() };
    expect(await b.store.startAttempt(start, 600)).toEqual({ kind: "started", dagRunId: b.runIds[0], again: false });
    expect(await b.store.startAttempt(start, 600)).toEqual({ kind: "started", dagRunId: b.runIds[0], again: true });
    expect(await b.store.startAttempt({ ...start, pid: 10 }, 600)).toEqual({ kind: "refused" });
    const rows = await b.rows();
    expect(rows).toMatchObject({
      outbox: [],
      runs: [{ version: 2 }],
      instances: [{ state: "running", hasLease: true }],
    });
  });

  it("announces the new attempt alone where one that nobody started is queued anew in the same commit", async () => {
    await using b = await bench(testDag("d", testChain(1)));
    const run = await hold(b.store, b.runIds[0]!);
    await round(b.store, [run!], at(1, { forWorkers: true }));
    const [before] = column((await b.rows()).outbox, "attemptId") as [string];
    run!.reports = [{ kind: "never_started", attemptId: before }];
    await round(b.store, [run!], at(2, { forWorkers: true }));
    const rows = await b.rows();
    expect(column(rows.outbox, "attemptId")).toEqual(column(rows.instances, "attemptId"));
    expect(column(rows.outbox, "attemptId")).not.toEqual([before]);
  });

  it("tells of running runs with their versions, of queued ones, and when the next is due", async () => {
    await using b = await bench(testDag("d", testChain(1)), 2);
    await makeRun(b.store, "d", 1, second(2), {
      identity: () => ({
        ...{ runId: "later", logicalDate: second(90), dataIntervalStart: null, dataIntervalEnd: null },
        runAfter: second(100),
      }),
    });
    const run = await hold(b.store, b.runIds[0]!);
    await round(b.store, [run!], at(3));
    expect(await b.store.listRunningVersions()).toEqual([{ id: b.runIds[0], version: 1, dagPaused: false }]);
    expect(await b.store.listQueued([...b.runIds, 99])).toEqual([{ id: b.runIds[1], dagId: "d", backfillId: null }]);
    expect(await b.store.nextQueuedRunAfter(second(3))).toBe(second(100));
    expect(await b.store.nextQueuedRunAfter(second(100))).toBeNull();
  });

  it("makes scheduled runs while there is room, one for each date, and says when the next is due", async () => {
    const schedule = { kind: "dates", dates: [second(10), second(20), second(30)] } as const;
    await using b = await bench(testDag("d", testChain(1), { schedule, maxActiveRuns: 2, catchup: true }), 0);
    expect(await b.store.nextDueAt()).toBe(second(10));
    const made: number[] = [];
    for (let more = true; more;) {
      const each = await makeScheduledRuns(b.store, { now: () => second(40) }, 10);
      made.push(...each.runIds);
      more = each.more;
    }
    expect(made).toHaveLength(2);
    expect(await b.store.nextDueAt()).toBe(second(30));
    const rows = await b.rows();
    expect(column(rows.runs, "logicalDate")).toEqual([second(10), second(20)]);
  });

  it("refuses a second run of an id, a date or a call, and moves what it names itself", async () => {
    await using b = await bench();
    const named = (runId: string, date: number) => ({
      identity: () => ({
        ...{ runId, logicalDate: second(date), dataIntervalStart: null, dataIntervalEnd: null, runAfter: second(0) },
      }),
      given: { runId: true, logicalDate: true },
    });
    expect(await makeRun(b.store, "d", 1, second(50), { ...named("x", 60), triggerKey: "k" })).toMatchObject({
      kind: "created",
    });
    expect(await makeRun(b.store, "d", 1, second(50), named("x", 61))).toMatchObject({ constraint: "run_id" });
    expect(await makeRun(b.store, "d", 1, second(50), named("y", 60))).toMatchObject({ constraint: "logical_date" });
    expect(await makeRun(b.store, "d", 1, second(50), { ...named("z", 62), triggerKey: "k" })).toMatchObject({
      constraint: "trigger_key",
    });
    expect(await makeRun(b.store, "d", 1, second(0))).toMatchObject({ kind: "created", runId: expect.any(String) });
    expect(new Set(column((await b.rows()).runs, "logicalDate")).size).toBe(3);
  });

  it("makes the instances of a mapped task once, the first of them from the one that stood for all", async () => {
    const mapped = testTask("m", {
      expand: { kind: "kwargs", source: { kind: "value", value: [{ x: 1 }, { x: 2 }, { x: 3 }] } },
    });
    await using b = await bench(testDag("d", [mapped]));
    const ids_ = await b.store.reserveInstanceIds(5);
    expect(new Set(ids_).size).toBe(5);
    const left = [...ids_];
    const takeIds = (count: number) => left.splice(0, count).map((id) => ({ id, attemptId: newAttemptId() }));
    const run = await hold(b.store, b.runIds[0]!);
    await round(b.store, [run!], at(1, { takeIds }));
    const rows = await b.rows();
    expect(column(rows.instances, "mapIndex").toSorted()).toEqual([0, 1, 2]);
    expect(states(rows)).toEqual(["running", "running", "running"]);
  });

  it("finds what was cleared while it ran and never heard of again", async () => {
    await using b = await bench(testDag("d", testChain(1)));
    const run = await hold(b.store, b.runIds[0]!);
    const { started } = await round(b.store, [run!], at(1));
    await changeByHand(b.store, b.runIds[0]!, second(2), (found) =>
      clearTaskInstances(found, new Set(found.taskInstances.map(({ id }) => id))),
    );
    expect(states(await b.rows())).toEqual(["restarting"]);
    expect(await b.store.listStuckRestarting(60, 10)).toEqual([]);
    expect(await b.store.listStuckRestarting(-1, 10)).toEqual([
      { attemptId: started[0]!.attemptId, dagRunId: b.runIds[0] },
    ]);
  });

  it("rolls a transaction back whose work fails", async () => {
    await using b = await bench();
    const before = await b.rows();
    const failure = new RangeError("told to");
    await expect(
      b.store.byHand(async (tx) => {
        await tx.deleteRun(b.runIds[0]!);
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(await b.rows()).toEqual(before);
  });

  it("gives the error of an attempt with its end", async () => {
    await using b = await bench(testDag("d", testChain(1)));
    const run = await hold(b.store, b.runIds[0]!);
    const { started } = await round(b.store, [run!], at(1));
    run!.reports = [outcome(started[0]!.attemptId, FAILED)];
    await round(b.store, [run!], at(2));
    expect(await b.rows()).toMatchObject({
      attempts: [{ endedAt: second(2), outcome: "failed", error: { message: "told to" } }],
      instances: [{ state: "failed", endDate: second(2), hasLease: false }],
      runs: [{ state: "failed", endDate: second(2) }],
    });
  });
});
