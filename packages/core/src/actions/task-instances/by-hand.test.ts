import { testDag, testTask } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { perform } from "../perform.ts";
import { patchRun } from "../runs/patch-run.ts";
import { triggerRun } from "../runs/trigger-run.ts";
import { type ActionBench, actionBench } from "../test-support/action-bench.ts";
import { clearRun, clearTaskInstances } from "./clear-task-instances.ts";
import { markTaskInstances } from "./mark-task-instances.ts";
import { setTaskInstanceNote } from "./set-task-instance-note.ts";

let bench: ActionBench;
beforeAll(async () => {
  bench = await actionBench();
  await bench.store(testDag("row", [testTask("a"), testTask("b", { upstreamTaskIds: ["a"] })]));
});
afterAll(async () => bench.drop());

async function makeRun(runId: string): Promise<void> {
  await perform(bench.context, await bench.request("admin"), triggerRun, { dagId: "row", dagRunId: runId });
}

async function statesOf(runId: string): Promise<Record<string, string | null>> {
  const rows = await bench.test.database.query<{ task_id: string; state: string | null }>(
    "select t.task_id, t.state from task_instance t join dag_run r on r.id = t.dag_run_id where r.run_id = $1",
    [runId],
  );
  return Object.fromEntries(rows.map((row) => [row.task_id, row.state]));
}

describe("marking by hand", () => {
  it("only tells in a dry run, and marks with what lies below otherwise", async () => {
    await makeRun("marked");
    const input = { dagId: "row", run: { runId: "marked" }, taskId: "a", downstream: true, state: "failed" } as const;
    const told = await perform(bench.context, await bench.request("admin"), markTaskInstances, {
      ...input,
      dryRun: true,
    });
    expect(told.result.map(({ taskId }) => taskId)).toEqual(["a", "b"]);
    expect(await statesOf("marked")).toEqual({ a: null, b: null });
    bench.heard.length = 0;
    await perform(bench.context, await bench.request("admin"), markTaskInstances, { ...input, dryRun: false });
    expect((await statesOf("marked")).a).toBe("failed");
    expect(bench.heard).toContain("runChanged");
  });

  it("finds the run by its logical date, and says where there is no such task instance", async () => {
    await makeRun("dated");
    const [row] = await bench.test.database.query<{ at: never }>(
      "select logical_date as at from dag_run where run_id = 'dated'",
    );
    const input = { dagId: "row", taskId: "b", state: "skipped", dryRun: false } as const;
    await perform(bench.context, await bench.request("admin"), markTaskInstances, {
      ...input,
      run: { logicalDate: row!.at },
    });
    expect(await statesOf("dated")).toMatchObject({ b: "skipped" });
    const nowhere = perform(bench.context, await bench.request("admin"), markTaskInstances, {
      ...input,
      run: { runId: "none" },
    });
    await expect(nowhere).rejects.toMatchObject({ refusals: [{ code: "object.unknown" }] });
  });
});

describe("clearing by hand", () => {
  it("takes a run that was over back to the queue", async () => {
    await makeRun("over");
    await perform(bench.context, await bench.request("admin"), patchRun, {
      dagId: "row",
      runId: "over",
      state: "success",
    });
    const done = await perform(bench.context, await bench.request("admin"), clearRun, {
      dagId: "row",
      runs: { runId: "over" },
      selection: {},
      dryRun: false,
    });
    expect(done.result).toHaveLength(2);
    expect(await statesOf("over")).toEqual({ a: null, b: null });
    const [run] = await bench.test.database.query<{ state: string }>("select state from dag_run where run_id = 'over'");
    expect(run?.state).toBe("queued");
  });

  it("picks failed ones of many runs", async () => {
    await makeRun("broken");
    const mark = { dagId: "row", run: { runId: "broken" }, taskId: "b", state: "failed", dryRun: false } as const;
    await perform(bench.context, await bench.request("admin"), markTaskInstances, mark);
    const all = { dagId: "row", runs: { from: null, to: null }, dryRun: true } as const;
    const failed = await perform(bench.context, await bench.request("admin"), clearTaskInstances, {
      ...all,
      selection: { onlyFailed: true },
    });
    expect(failed.result.some(({ runId, taskId }) => runId === "broken" && taskId === "b")).toBe(true);
  });

  it("is not for those who may only read", async () => {
    const input = { dagId: "row", runs: { from: null, to: null }, selection: {}, dryRun: true } as const;
    const barred = perform(bench.context, await bench.request("viewer"), clearTaskInstances, input);
    await expect(barred).rejects.toMatchObject({ refusals: [{ code: "permission.missing" }] });
  });
});

describe("a note by hand", () => {
  it("is set on a task instance that is there", async () => {
    await makeRun("noted");
    const input = { dagId: "row", runId: "noted", taskId: "a", mapIndex: -1, note: "seen" };
    await perform(bench.context, await bench.request("admin"), setTaskInstanceNote, input);
    const [row] = await bench.test.database.query<{ note: string }>(
      "select t.note from task_instance t join dag_run r on r.id = t.dag_run_id where r.run_id = 'noted' and t.task_id = 'a'",
    );
    expect(row?.note).toBe("seen");
    const nowhere = perform(bench.context, await bench.request("admin"), setTaskInstanceNote, {
      ...input,
      taskId: "none",
    });
    await expect(nowhere).rejects.toMatchObject({ refusals: [{ code: "object.unknown" }] });
  });
});
