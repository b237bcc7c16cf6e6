import { addMicros, instant, type Instant } from "@windlass/contract";
import { testChain, testDag, testDatabase, testParseResult, type TestDatabase } from "@windlass/core/test-support";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { syncDagFile, type SyncOptions } from "./dags.ts";
import { findViolations } from "./invariants.ts";
import { insertRuns, type NewRun } from "./runs.ts";

const NOW = instant("2026-03-01T00:00:00Z");
const SYNC: SyncOptions = {
  now: NOW,
  pausedAtCreation: false,
};

let test: TestDatabase;
let versionId: number;

beforeEach(async () => {
  test = await testDatabase();
  const dag = testDag("chain", testChain(3));
  await test.database.transaction((tx) => syncDagFile(tx, testParseResult("chain.ts", [dag]), SYNC));
  const [row] = await test.database.query<{ id: number }>(
    "select current_version_id as id from dag where dag_id = 'chain'",
  );
  versionId = row!.id;
});

afterEach(() => test.drop());

function newRun(
  overrides: Partial<NewRun> & { readonly runId?: string; readonly logicalDate?: Instant | null } = {},
): NewRun {
  const { runId, logicalDate, ...rest } = overrides;
  return {
    dagId: "chain",
    dagVersionId: versionId,
    moment: NOW,
    identity: (moment) => ({
      runId: runId ?? `manual__${moment}`,
      logicalDate: logicalDate === undefined ? moment : logicalDate,
      dataIntervalStart: null,
      dataIntervalEnd: null,
      runAfter: NOW,
    }),
    given: { runId: runId !== undefined, logicalDate: logicalDate !== undefined },
    runType: "manual",
    triggeredBy: "test",
    triggeringUser: null,
    queuedAt: NOW,
    conf: { b: 1, a: "x" },
    params: {},
    note: null,
    noteAccountId: null,
    launchContext: {},
    ...rest,
  };
}

function insert(runs: readonly NewRun[]) {
  return test.database.transaction((tx) => insertRuns(tx, runs));
}

describe("making runs", () => {
  it("makes each run with all its task instances in the order of the graph", async () => {
    const [made] = await insert([newRun({ runId: "one" })]);
    expect(made).toMatchObject({ kind: "created", runId: "one", logicalDate: NOW });
    const rows = await test.database.query(
      "select task_id, state, try_number, dag_id, priority_weight from task_instance order by id",
    );
    expect(rows).toEqual([
      { task_id: "t0", state: null, try_number: 0, dag_id: "chain", priority_weight: 3 },
      { task_id: "t1", state: null, try_number: 0, dag_id: "chain", priority_weight: 2 },
      { task_id: "t2", state: null, try_number: 0, dag_id: "chain", priority_weight: 1 },
    ]);
    expect(await findViolations(test.database)).toEqual([]);
  });

  it("keeps the order of the conf's keys", async () => {
    await insert([newRun()]);
    const [row] = await test.database.query<{ conf: object }>("select conf from dag_run");
    expect(Object.keys(row!.conf)).toEqual(["b", "a"]);
  });

  it("moves ids and dates that the server makes on by a microsecond where they would clash", async () => {
    const made = await insert([newRun(), newRun(), newRun()]);
    expect(made.map((each) => each.kind === "created" && each.logicalDate)).toEqual([
      NOW,
      addMicros(NOW, 1),
      addMicros(NOW, 2),
    ]);
    const later = await insert([newRun()]);
    expect(later[0]).toMatchObject({ kind: "created", logicalDate: addMicros(NOW, 3) });
  });

  it("names the run that has a given id or logical date already", async () => {
    await insert([newRun({ runId: "mine", logicalDate: NOW })]);
    const answers = await insert([
      newRun({ runId: "mine" }),
      newRun({ logicalDate: NOW }),
      newRun({ runId: "other", logicalDate: null }),
    ]);
    expect(answers).toMatchObject([
      { kind: "clash", constraint: "run_id", existing: { runId: "mine", state: "queued" } },
      { kind: "clash", constraint: "logical_date", existing: { runId: "mine" } },
      { kind: "created", runId: "other", logicalDate: null },
    ]);
  });

  it("makes one of two runs of a batch that are given the same id", async () => {
    const answers = await insert([
      newRun({ runId: "twin", logicalDate: null }),
      newRun({ runId: "twin", logicalDate: null }),
    ]);
    expect(answers.map((each) => each.kind)).toEqual(["created", "clash"]);
  });

  it("makes every one of many runs that are asked for at the same moment by several callers", async () => {
    const batches = await Promise.all(
      Array.from({ length: 8 }, () => insert(Array.from({ length: 20 }, () => newRun()))),
    );
    const dates = batches.flat().map((each) => (each.kind === "created" ? each.logicalDate : null));
    expect(new Set(dates).size).toBe(160);
    expect(dates).not.toContain(null);
  });
});
