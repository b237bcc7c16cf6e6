import { instant, RefusalError, type SerializedDag } from "@windlass/contract";
import { testChain, testDag, testTask } from "@windlass/core/test-support";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findBackfill, listBackfillDates, readBackfillProgress } from "../../queries/backfills.ts";
import { completeFinishedBackfills } from "../../store/backfills.ts";
import { findViolations } from "../../store/invariants.ts";
import type { Action } from "../action.ts";
import { perform } from "../perform.ts";
import { patchRun } from "../runs/patch-run.ts";
import { triggerRun } from "../runs/trigger-run.ts";
import { type ActionBench, actionBench, START } from "../test-support/action-bench.ts";
import type { BackfillInput } from "./backfill-input.ts";
import { changeBackfill } from "./change-backfill.ts";
import { createBackfill } from "./create-backfill.ts";
import { dryRunBackfill } from "./dry-run-backfill.ts";

const DAILY = { kind: "cron", expression: "0 3 * * *", timezone: "UTC", interval: "point" } as const;
const day = (at: string): ReturnType<typeof instant> => instant(`2026-01-${at}:00:00Z`);
const input = (change: Partial<BackfillInput> = {}): BackfillInput => ({
  dagId: "daily",
  fromDate: day("04T00"),
  toDate: day("06T12"),
  runBackwards: false,
  conf: null,
  reprocessBehavior: "none",
  maxActiveRuns: 10,
  ...change,
});

let bench: ActionBench;
beforeEach(async () => {
  bench = await actionBench();
  await bench.store(testDag("daily", testChain(2), { schedule: DAILY }));
});
afterEach(async () => {
  expect(await findViolations(bench.test.database)).toEqual([]);
  await bench.drop();
});

async function done<I, P, R>(action: Action<I, P, R>, of: I, userName = "op"): Promise<R> {
  return (await perform(bench.context, await bench.request(userName), action, of)).result;
}

async function codes<I, P, R>(action: Action<I, P, R>, of: I, userName = "op"): Promise<readonly string[]> {
  const error: unknown = await done(action, of, userName).catch((thrown: unknown) => thrown);
  if (!(error instanceof RefusalError)) throw error instanceof Error ? error : new TypeError("it was not refused");
  return error.refusals.map(({ code }) => code);
}

const trigger = (logicalDate: ReturnType<typeof day>, runId: string): Promise<unknown> =>
  done(triggerRun, { dagId: "daily", dagRunId: runId, logicalDate });
const dates = async (id: number): Promise<readonly (string | null)[]> =>
  (await listBackfillDates(bench.test.database, id, { limit: 100, offset: 0 })).rows.map(
    ({ exceptionReason, runId }) => exceptionReason ?? runId,
  );

describe("a backfill", () => {
  it("has a run for each date of its range, made at once", async () => {
    const { id, runs } = await done(createBackfill, input({ conf: { a: 1 } }));
    expect(runs).toBe(3);
    expect(await dates(id)).toEqual([
      "backfill__2026-01-04T03:00:00+00:00",
      "backfill__2026-01-05T03:00:00+00:00",
      "backfill__2026-01-06T03:00:00+00:00",
    ]);
    const rows = await bench.test.database.query(
      "select run_type, triggered_by, triggering_user, state, conf, run_after from dag_run where backfill_id = $1 order by logical_date limit 1",
      [id],
    );
    expect(rows).toEqual([
      {
        run_type: "backfill",
        triggered_by: "backfill",
        triggering_user: "op",
        state: "queued",
        conf: { a: 1 },
        run_after: day("04T03"),
      },
    ]);
    expect(bench.heard).toContain("dagChanged:daily");
  });

  it("tells in a dry run exactly what its creation then does, in the same order", async () => {
    await trigger(day("05T03"), "mine");
    await done(patchRun, { dagId: "daily", runId: "mine", state: "failed" });
    await trigger(day("06T03"), "open");
    for (const change of [{}, { runBackwards: true, reprocessBehavior: "failed" }] as const) {
      const told = await done(dryRunBackfill, input(change));
      const { id } = await done(createBackfill, input(change));
      const came = (await listBackfillDates(bench.test.database, id, { limit: 100, offset: 0 })).rows;
      expect(came.map(({ logicalDate, exceptionReason }) => [logicalDate, exceptionReason])).toEqual(
        told.map(({ logicalDate, outcome }) => [
          logicalDate,
          outcome === "new" || outcome === "reprocess" ? null : outcome,
        ]),
      );
      await done(changeBackfill("cancelled"), { backfillId: id, dagId: "daily" });
      await bench.test.database.execute("delete from dag_run where run_type = 'backfill' and run_id <> 'mine'");
    }
  });

  it("leaves runs that are there, or makes them anew as it is told, whatever they were", async () => {
    for (const [date, runId, state] of [
      ["04T03", "good", "success"],
      ["05T03", "bad", "failed"],
    ] as const) {
      await trigger(day(date), runId);
      await done(patchRun, { dagId: "daily", runId, state });
    }
    const outcomes = async (reprocessBehavior: BackfillInput["reprocessBehavior"]): Promise<readonly string[]> =>
      (await done(dryRunBackfill, input({ reprocessBehavior }))).map(({ outcome }) => outcome);
    expect(await outcomes("none")).toEqual(["already exists", "already exists", "new"]);
    expect(await outcomes("failed")).toEqual(["already exists", "reprocess", "new"]);
    expect(await outcomes("completed")).toEqual(["reprocess", "reprocess", "new"]);
    const { id, runs } = await done(createBackfill, input({ reprocessBehavior: "failed", conf: { b: 2 } }));
    expect(runs).toBe(2);
    expect(await dates(id)).toEqual(["already exists", "bad", "backfill__2026-01-06T03:00:00+00:00"]);
    const [bad] = await bench.test.database.query(
      "select state, run_type, triggered_by, backfill_id, conf, clear_number from dag_run where run_id = 'bad'",
    );
    expect(bad).toEqual({
      state: "queued",
      run_type: "backfill",
      triggered_by: "backfill",
      backfill_id: id,
      conf: { b: 2 },
      clear_number: 1,
    });
    expect((await readBackfillProgress(bench.test.database, id)).leftOut["already exists"]).toBe(1);
  });

  it("makes runs anew on the newest version of the Dag, unless it or the Dag says otherwise", async () => {
    await bench.store(testDag("daily", [testTask("t0"), testTask("gone")], { schedule: DAILY }));
    for (const [at, runId] of [
      ["04T03", "one"],
      ["05T03", "two"],
    ] as const) {
      await trigger(day(at), runId);
      await done(patchRun, { dagId: "daily", runId, state: "failed" });
    }
    const instances = (runId: string) =>
      bench.test.database.query(
        `select t.task_id, t.state, v.version_number as version from task_instance t join dag_run r on r.id = t.dag_run_id
         join dag_version v on v.id = t.dag_version_id where r.run_id = $1 order by t.task_id`,
        [runId],
      );
    const dated = testTask("new", { endDate: day("01T00") });
    const newest = { schedule: DAILY, rerunWithLatestVersion: false } as const;
    await bench.store(testDag("daily", [testTask("t0"), dated], newest));
    const first = { toDate: day("04T04"), reprocessBehavior: "completed", maxActiveRuns: 0 } as const;
    const { id } = await done(createBackfill, input(first));
    expect(await instances("one")).toEqual([
      { task_id: "gone", state: null, version: 2 },
      { task_id: "t0", state: null, version: 2 },
    ]);
    await done(changeBackfill("cancelled"), { backfillId: id, dagId: "daily" });
    const second = { fromDate: day("05T00"), toDate: day("05T04"), reprocessBehavior: "failed" } as const;
    await done(createBackfill, input({ ...second, onNewestVersion: true }));
    expect(await instances("two")).toEqual([
      { task_id: "gone", state: "removed", version: 2 },
      { task_id: "new", state: null, version: 3 },
      { task_id: "t0", state: null, version: 3 },
    ]);
  });

  it("is one at a time for a Dag, also of two that are made at the same moment", async () => {
    const both = await Promise.allSettled([done(createBackfill, input()), done(createBackfill, input())]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await codes(createBackfill, input())).toEqual(["backfill.already_running"]);
    const count = await bench.test.database.query<{ n: number }>("select count(*) as n from dag_run");
    expect(count[0]?.n).toBe(3);
  });

  it("has no dates in the future, and is refused where it has none at all", async () => {
    const untilTomorrow = input({ fromDate: instant("2026-05-31T00:00:00Z"), toDate: instant("2026-06-03T00:00:00Z") });
    expect((await done(dryRunBackfill, untilTomorrow)).map(({ logicalDate }) => logicalDate)).toEqual([
      instant("2026-05-31T03:00:00Z"),
      instant("2026-06-01T03:00:00Z"),
    ]);
    const empty = input({ fromDate: day("04T04"), toDate: day("04T05") });
    expect(await codes(createBackfill, empty)).toEqual(["backfill.no_runs"]);
    expect(await done(dryRunBackfill, empty)).toEqual([]);
  });

  it("checks its conf against the params of the Dag, and gives every run their values", async () => {
    const dag: SerializedDag = testDag("daily", testChain(1), {
      schedule: DAILY,
      params: { limit: { schema: { type: "integer" }, hasDefault: true, default: 5, description: null } },
    });
    await bench.store(dag);
    expect(await codes(createBackfill, input({ conf: { limit: "many" } }))).toEqual(["params.invalid"]);
    await done(createBackfill, input());
    const [row] = await bench.test.database.query("select conf, params from dag_run limit 1");
    expect(row).toEqual({ conf: {}, params: { limit: 5 } });
  });

  it("needs the rights to edit the Dag and to create runs of it", async () => {
    expect(await codes(createBackfill, input(), "viewer")).toContain("permission.missing");
    expect((await codes(changeBackfill("paused"), { backfillId: 1, dagId: null }, "viewer"))[0]).toBe(
      "permission.missing",
    );
  });
});

describe("a backfill that is changed", () => {
  it("is paused and unpaused, until it is completed", async () => {
    const { id } = await done(createBackfill, input());
    const at = { backfillId: id, dagId: "daily" };
    expect(await done(changeBackfill("paused"), at)).toMatchObject({ isPaused: true, completedAt: null });
    expect(await done(changeBackfill("unpaused"), at)).toMatchObject({ isPaused: false });
    await done(changeBackfill("cancelled"), at);
    for (const to of ["paused", "unpaused", "cancelled"] as const)
      expect(await codes(changeBackfill(to), at)).toEqual(["backfill.completed"]);
    expect(await codes(changeBackfill("paused"), { backfillId: 999, dagId: null })).toEqual(["backfill.unknown"]);
  });

  it("fails its queued runs when it is cancelled, teardowns and all, and leaves those that run", async () => {
    const tasks = [testTask("a"), testTask("clean", { upstreamTaskIds: ["a"], isTeardown: true })];
    await bench.store(testDag("daily", tasks, { schedule: DAILY }));
    const { id } = await done(createBackfill, input());
    await bench.test.database.execute(
      `with begun as (
         update dag_run set state = 'running', start_date = now() where backfill_id = $1 and run_id like '%01-05%' returning id, dag_id
       )
       insert into event (at, dag_id, dag_run_id, from_state, to_state, reason)
       select now(), dag_id, id, 'queued', 'running', 'run_started' from begun`,
      [id],
    );
    await done(changeBackfill("cancelled"), { backfillId: id, dagId: "daily" });
    expect((await readBackfillProgress(bench.test.database, id)).runs).toEqual({
      queued: 0,
      running: 1,
      success: 0,
      failed: 2,
    });
    expect(await findBackfill(bench.test.database, id)).toMatchObject({ isPaused: true, completedAt: START });
  });

  it("is completed when none of its runs is left, and a Dag may then have another", async () => {
    const { id } = await done(createBackfill, input());
    const sweep = (): Promise<number> => completeFinishedBackfills(bench.test.database, START);
    expect(await sweep()).toBe(0);
    for (const at of ["04", "05", "06"])
      await done(patchRun, { dagId: "daily", runId: `backfill__2026-01-${at}T03:00:00+00:00`, state: "success" });
    expect(await sweep()).toBe(1);
    expect((await findBackfill(bench.test.database, id))?.completedAt).toBe(START);
    const second = await done(createBackfill, input());
    expect(second.runs).toBe(0);
    expect(await sweep()).toBe(1);
  });
});
