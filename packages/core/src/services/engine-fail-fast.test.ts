import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testDag, testTask } from "../../test-support/dag.ts";
import { testEngine } from "../../test-support/test-engine.ts";

it("ends the other tasks of a Dag with failFast when one fails, and stops the processes of those that run", async () => {
  await using test = await testEngine();
  const tasks = [
    testTask("a"),
    testTask("beside"),
    testTask("below", { upstreamTaskIds: ["beside"] }),
    testTask("drop", { upstreamTaskIds: ["below"], isTeardown: true, triggerRule: "all_done" }),
  ];
  await test.store(testDag("fast", tasks, { failFast: true }));
  const file = join(test.folder, "fail");
  const run = await test.trigger("fast", { a: { until: file, fail: 1 }, beside: { hang: 1 } });
  await test.until(async () => {
    const sql = "select 1 from task_instance where dag_run_id = $1 and state = 'running'";
    return (await test.database.query(sql, [run])).length === 2 ? true : undefined;
  });
  await writeFile(file, "");
  expect(await test.over(run)).toMatchObject({
    state: "failed",
    tasks: { a: "failed", beside: "failed", below: "skipped", drop: "success" },
    tries: { beside: 1, below: 0 },
  });
  await expect.poll(() => test.engine.executor.attempts(), { timeout: 10_000 }).toEqual([]);
  expect(await test.violations()).toEqual([]);
  expect(test.problems).toEqual([]);
});
