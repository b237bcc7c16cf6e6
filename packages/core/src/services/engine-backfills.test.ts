import { instant } from "@windlass/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closeActionContext, createActionContext, type ActionContext } from "../actions/index.ts";
import { createBackfill } from "../actions/backfills/create-backfill.ts";
import { changeBackfill } from "../actions/backfills/change-backfill.ts";
import { SYSTEM } from "../actions/accounts/principal-of.ts";
import { perform } from "../actions/perform.ts";
import { explainRun } from "../queries/why.ts";
import { testChain, testDag } from "../../test-support/dag.ts";
import { testEngine, type TestEngine } from "../../test-support/test-engine.ts";
import type { ActionRequest } from "../actions/request.ts";

let test: TestEngine;
let context: ActionContext;

beforeEach(async () => {
  test = await testEngine();
  context = createActionContext({
    database: test.database,
    clock: test.clock,
    installationSecret: "test",
    signals: test.engine.signals,
  });
  const schedule = { kind: "cron", expression: "0 3 * * *", timezone: "UTC", interval: "point" } as const;
  await test.store(testDag("daily", testChain(1), { schedule, maxActiveRuns: 1, isPausedUponCreation: false }));
  await test.database.execute("update dag set next_run_after = null");
});

afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  expect(test.problems).toEqual([]);
  await closeActionContext(context);
  await test[Symbol.asyncDispose]();
});

const request: ActionRequest = {
  principal: SYSTEM,
  door: "v2",
  dialect: "v2",
  requestId: "r",
  client: { address: null, userAgent: null },
  method: "POST",
  path: "/",
  route: "/",
};

async function fill(change: { maxActiveRuns?: number; runBackwards?: boolean; conf?: object } = {}): Promise<number> {
  const { result } = await perform(context, request, createBackfill, {
    dagId: "daily",
    fromDate: instant("2026-01-01T00:00:00Z"),
    toDate: instant("2026-01-06T00:00:00Z"),
    runBackwards: change.runBackwards ?? false,
    conf: (change.conf as never) ?? null,
    reprocessBehavior: "none",
    maxActiveRuns: change.maxActiveRuns ?? 2,
  });
  return result.id;
}

const turn = async (to: "paused" | "unpaused" | "cancelled", id: number): Promise<void> =>
  void (await perform(context, request, changeBackfill(to), { backfillId: id, dagId: "daily" }));

async function states(): Promise<Readonly<Record<string, number>>> {
  const rows = await test.database.query<{ state: string; n: number }>(
    "select state, count(*) as n from dag_run where run_type = 'backfill' group by state",
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

async function completed(id: number): Promise<void> {
  await test.until(async () => ((await states()).success === 5 ? true : undefined));
  // It is completed behind the commit of which the last run's end was told.
  await test.engine.scheduler.runOnce();
  const rows = await test.database.query("select completed_at is not null as done from backfill where id = $1", [id]);
  expect(rows).toEqual([{ done: true }]);
}

describe("a backfill in the engine", () => {
  it("runs to its end in its own order, and is then completed", async () => {
    const id = await fill({ maxActiveRuns: 1, runBackwards: true });
    await completed(id);
    const rows = await test.database.query<{ run_id: string }>("select run_id from dag_run order by start_date, id");
    expect(rows.map(({ run_id }) => run_id.slice(18, 20))).toEqual(["05", "04", "03", "02", "01"]);
  });

  it("runs as many at a time as it may, and takes no room from the Dag's other runs", async () => {
    const id = await fill({ maxActiveRuns: 2, conf: { t0: { hang: 1 } } });
    await test.until(async () => ((await states()).running === 2 ? true : undefined));
    const other = await test.trigger("daily");
    expect(await test.over(other)).toMatchObject({ state: "success" });
    expect(await states()).toEqual({ running: 2, queued: 3 });
    const why = await explainRun(test.database, "daily", "backfill__2026-01-05T03:00:00+00:00", {
      now: test.clock.now(),
      parallelism: 8,
    });
    expect(why?.reasons.map(({ code }) => code)).toEqual(["backfill_max_active_runs"]);
    await turn("cancelled", id);
    expect(await states()).toEqual({ running: 2, failed: 3 });
  });

  it("starts nothing while it is paused, and goes on when it is unpaused", async () => {
    await test.database.execute("update dag set is_paused = true");
    const id = await fill();
    await turn("paused", id);
    await test.database.execute("update dag set is_paused = false");
    test.engine.signals.dagChanged("daily");
    const other = await test.trigger("daily");
    await test.over(other);
    expect(await states()).toEqual({ queued: 5 });
    const why = await explainRun(test.database, "daily", "backfill__2026-01-05T03:00:00+00:00", {
      now: test.clock.now(),
      parallelism: 8,
    });
    expect(why?.reasons.map(({ code }) => code)).toEqual(["backfill_paused"]);
    await turn("unpaused", id);
    await completed(id);
    expect(await states()).toEqual({ success: 5 });
  });
});
