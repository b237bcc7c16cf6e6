import { configValues } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { testChain, testDag } from "../../test-support/dag.ts";
import { testEngine } from "../../test-support/test-engine.ts";
import { putTaskStoreEntry } from "../store/task-store.ts";

/** Runs t0 (succeeds) and t1 (fails), each with an entry. @returns the tasks that still have theirs */
async function keptAfter(clearOnSuccess: boolean): Promise<readonly string[]> {
  const test = await testEngine({ config: configValues({ state_store: { clear_on_success: clearOnSuccess } }) });
  await using _ = test;
  await test.store(testDag("keeps", testChain(2)));
  await test.database.execute("update dag set is_paused = true where dag_id = 'keeps'");
  const run = await test.trigger("keeps", { t1: { fail: 9 } });
  for (const taskId of ["t0", "t1"])
    await putTaskStoreEntry(test.database, { dagRunId: run, taskId, mapIndex: -1 }, "cursor", 7, null);
  await test.database.execute("update dag set is_paused = false where dag_id = 'keeps'");
  test.engine.signals.dagChanged("keeps");
  expect((await test.over(run)).tasks).toMatchObject({ t0: "success", t1: "failed" });
  const rows = await test.database.query<{ task_id: string }>("select task_id from task_store order by task_id");
  return rows.map((row) => row.task_id);
}

describe("what a task keeps for its next try", () => {
  it("goes when it succeeds where the configuration says so, and stays where it fails", async () => {
    expect(await keptAfter(true)).toEqual(["t1"]);
  });

  it("stays otherwise", async () => {
    expect(await keptAfter(false)).toEqual(["t0", "t1"]);
  });
});
