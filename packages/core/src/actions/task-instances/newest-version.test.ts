import type { SerializedTask } from "@windlass/contract";
import { testDag, testTask } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Action } from "../action.ts";
import { perform } from "../perform.ts";
import { patchRun } from "../runs/patch-run.ts";
import { triggerRun } from "../runs/trigger-run.ts";
import { type ActionBench, actionBench } from "../test-support/action-bench.ts";
import { clearNewTasks } from "./clear-new-tasks.ts";
import { type ClearInput, clearRun, clearTaskInstances } from "./clear-task-instances.ts";
import { deleteTaskInstance } from "./delete-task-instance.ts";

let bench: ActionBench;
beforeAll(async () => {
  bench = await actionBench();
});
afterAll(async () => bench.drop());

async function done<Input, Plan, Result>(action: Action<Input, Plan, Result>, input: Input): Promise<Result> {
  return (await perform(bench.context, await bench.request("admin"), action, input)).result;
}

const store = (dagId: string, ...tasks: readonly SerializedTask[]) => bench.store(testDag(dagId, tasks));

interface Row {
  readonly task_id: string;
  readonly state: string | null;
  readonly version: number;
}

/** Each task's state and the number of the version that its instance is on. */
async function instancesOf(dagId: string): Promise<Record<string, readonly [string | null, number]>> {
  const rows = await bench.test.database.query<Row>(
    `select t.task_id, t.state, v.version_number as version from task_instance t join dag_version v on v.id = t.dag_version_id
     where t.dag_id = $1 order by t.id`,
    [dagId],
  );
  return Object.fromEntries(rows.map(({ task_id: id, state, version }) => [id, [state, version]]));
}

async function runOf(dagId: string) {
  const [run] = await bench.test.database.query<{ state: string; version: number; clears: number; before: number[] }>(
    `select r.state, v.version_number as version, r.clear_number as clears,
       array(select b.version_number from dag_run_version e join dag_version b on b.id = e.dag_version_id where e.dag_run_id = r.id) as before
     from dag_run r join dag_version v on v.id = r.dag_version_id where r.dag_id = $1`,
    [dagId],
  );
  return run;
}

/** A run of a Dag with the tasks `a` and `old` that is over, and then a version with `a` and `new`. */
async function changedDag(dagId: string): Promise<ClearInput> {
  await store(dagId, testTask("a"), testTask("old"));
  await done(triggerRun, { dagId, dagRunId: "r" });
  await done(patchRun, { dagId, runId: "r", state: "success" });
  await store(dagId, testTask("a", { pool: "wide" }), testTask("new", { upstreamTaskIds: ["a"] }));
  return { dagId, runs: { runId: "r" }, selection: {}, dryRun: false };
}

describe("a run whose Dag has changed since", () => {
  it("stays on its version when it is cleared", async () => {
    const clear = await changedDag("stays");
    await done(clearRun, clear);
    expect(await instancesOf("stays")).toEqual({ a: [null, 1], old: [null, 1] });
    expect(await runOf("stays")).toMatchObject({ state: "queued", version: 1, clears: 1, before: [] });
  });

  it("goes on on the newest where that is asked for: what is new appears, what is gone is removed", async () => {
    const clear = await changedDag("moves");
    const told = await done(clearRun, { ...clear, onNewestVersion: true, dryRun: true });
    expect(told.map(({ taskId }) => taskId)).toEqual(["a", "old"]);
    expect(await runOf("moves")).toMatchObject({ state: "success", version: 1 });
    await done(clearRun, { ...clear, onNewestVersion: true });
    expect(await instancesOf("moves")).toEqual({ a: [null, 2], old: ["removed", 1], new: [null, 2] });
    expect(await runOf("moves")).toMatchObject({ state: "queued", version: 2, clears: 1, before: [1] });
    const [a] = await bench.test.database.query(
      "select pool from task_instance where dag_id = 'moves' and task_id = 'a'",
    );
    expect(a).toEqual({ pool: "wide" });
  });

  it("leaves what was not cleared on the version it ran on", async () => {
    const clear = await changedDag("partly");
    await store("partly", testTask("a"), testTask("old"), testTask("new"));
    await done(clearTaskInstances, { ...clear, selection: { taskIds: ["old"] }, onNewestVersion: true });
    expect(await instancesOf("partly")).toEqual({ a: ["skipped", 1], old: [null, 3], new: [null, 3] });
  });

  it("does as its Dag says where the request says nothing", async () => {
    const clear = await changedDag("by_dag");
    await bench.store(testDag("by_dag", [testTask("a")], { rerunWithLatestVersion: true }));
    await done(clearRun, { ...clear, onNewestVersion: false });
    expect(await runOf("by_dag")).toMatchObject({ version: 1 });
    await done(clearRun, clear);
    expect(await runOf("by_dag")).toMatchObject({ version: 3 });
  });

  it("gets only its new tasks where only they are asked for, with a note for the run", async () => {
    await changedDag("adds");
    const input = { dagId: "adds", runId: "r", dryRun: true };
    expect(await done(clearNewTasks, input)).toEqual({ taskIds: ["new"] });
    expect(await instancesOf("adds")).not.toHaveProperty("new");
    await done(clearNewTasks, { ...input, dryRun: false, note: "grown" });
    expect(await instancesOf("adds")).toEqual({ a: ["skipped", 1], old: ["removed", 1], new: [null, 2] });
    expect(await runOf("adds")).toMatchObject({ state: "queued", version: 2 });
    expect(await done(clearNewTasks, input)).toEqual({ taskIds: [] });
    const [run] = await bench.test.database.query("select note from dag_run where dag_id = 'adds'");
    expect(run).toEqual({ note: "grown" });
  });
});

describe("clearing with conditions", () => {
  it("leaves a run that is over as it is where it is not to be reset, and says so", async () => {
    const clear = await changedDag("over");
    const request = await bench.request("admin");
    const { warnings } = await perform(bench.context, request, clearTaskInstances, { ...clear, resetRuns: false });
    expect(warnings.map(({ code }) => code)).toEqual(["run_stays_over"]);
    expect(await runOf("over")).toMatchObject({ state: "success", clears: 0 });
    expect((await instancesOf("over")).a).toEqual([null, 1]);
    // Airflow's way on from here: the run is queued by hand, and what was cleared runs.
    await done(patchRun, { dagId: "over", runId: "r", state: "queued" });
    expect(await runOf("over")).toMatchObject({ state: "queued" });
  });

  it("writes a note to each, and refuses where one runs and running ones are to be left alone", async () => {
    const clear = await changedDag("careful");
    await done(clearTaskInstances, { ...clear, selection: { taskIds: ["a"] }, note: "again" });
    const notes = await bench.test.database.query(
      "select task_id, note from task_instance where dag_id = 'careful' order by id",
    );
    expect(notes).toEqual([
      { task_id: "a", note: "again" },
      { task_id: "old", note: null },
    ]);
    await bench.test.database.execute(
      "update task_instance set state = 'running', lease_until = now() where dag_id = 'careful' and task_id = 'a'",
    );
    const refused = done(clearTaskInstances, { ...clear, preventRunning: true });
    await expect(refused).rejects.toMatchObject({ refusals: [{ code: "task_instance.running" }] });
    await done(clearTaskInstances, { ...clear, preventRunning: true, dryRun: true });
    await done(clearTaskInstances, clear);
    expect((await instancesOf("careful")).a).toEqual(["restarting", 1]);
  });

  it("refuses more runs than one request may change", async () => {
    await store("many", testTask("a"));
    await bench.test.database.execute(
      `insert into dag_run (dag_id, run_id, state, run_type, triggered_by, logical_date, run_after, queued_at, end_date, dag_version_id)
       select 'many', 'r' || n, 'success', 'scheduled', 'timetable', now() + n * interval '1 hour', now(), now(), now(), d.current_version_id
       from generate_series(1, 1001) n, dag d where d.dag_id = 'many'`,
    );
    const all = { dagId: "many", runs: { from: null, to: null }, selection: {}, dryRun: true };
    await expect(done(clearTaskInstances, all)).rejects.toMatchObject({ refusals: [{ code: "limit.runs_at_once" }] });
  });
});

describe("deleting a task instance", () => {
  it("takes it out of its run, and is refused where there is none", async () => {
    await changedDag("deleted");
    const place = { dagId: "deleted", runId: "r", taskId: "a", mapIndex: -1 };
    bench.heard.length = 0;
    await done(deleteTaskInstance, place);
    expect(await instancesOf("deleted")).toEqual({ old: ["skipped", 1] });
    expect(bench.heard).toContain("runChanged");
    await expect(done(deleteTaskInstance, place)).rejects.toMatchObject({ refusals: [{ code: "object.unknown" }] });
  });
});
