import { existsSync, writeFileSync } from "node:fs";
import { watch } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { testDag, testTask } from "../../test-support/dag.ts";
import { testEngine } from "../../test-support/test-engine.ts";
import { moveToNewest } from "../actions/task-instances/move-to-newest.ts";
import { listTries } from "../queries/tries.ts";

const retry = { attempts: 1, delaySeconds: 0, backoff: "none", maxDelaySeconds: null, multiplier: 2 } as const;

describe("a task that runs while its run is moved to the newest version of its Dag", () => {
  it("shows each try with the version it ran with", async () => {
    const test = await testEngine();
    await using _ = test;
    await test.store(testDag("moves", [testTask("t0", { retry })]));
    const file = join(test.folder, "go");
    const appeared = watch(dirname(file))[Symbol.asyncIterator]();
    const run = await test.trigger("moves", { t0: { until: file, fail: 1 } });
    while (!existsSync(`${file}.begun`)) await appeared.next();
    await appeared.return?.();
    await test.store(testDag("moves", [testTask("t0", { retry }), testTask("t1")]));
    await test.database.transaction((tx) => moveToNewest(tx, "moves", run, []));
    test.engine.signals.runChanged(run);
    const versionNow = async () => {
      const [row] = await test.database.query<{ id: number; version: number }>(
        `select t.id, v.version_number as version from task_instance t join dag_version v on v.id = t.dag_version_id
         where t.dag_run_id = $1 and t.task_id = 't0'`,
        [run],
      );
      return row;
    };
    expect(await versionNow()).toMatchObject({ version: 1 });
    writeFileSync(file, "");
    expect((await test.over(run)).tries).toMatchObject({ t0: 2, t1: 1 });
    const now = await versionNow();
    expect(now).toMatchObject({ version: 2 });
    const tries = await listTries(test.database, now?.id ?? 0);
    expect(tries.map(({ tryNumber, versionNumber, outcome }) => [tryNumber, versionNumber, outcome])).toEqual([
      [1, 1, "up_for_retry"],
      [2, 2, "success"],
    ]);
    expect(await test.violations()).toEqual([]);
  });
});
