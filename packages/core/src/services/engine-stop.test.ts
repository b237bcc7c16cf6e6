import { existsSync, writeFileSync } from "node:fs";
import { watch } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { testChain, testDag } from "../../test-support/dag.ts";
import { testEngine, type TestEngine } from "../../test-support/test-engine.ts";

/** Waits until the runner has begun what waits for this file. */
async function begun(file: string): Promise<void> {
  const appeared = watch(dirname(file))[Symbol.asyncIterator]();
  while (!existsSync(`${file}.begun`)) await appeared.next();
  await appeared.return?.();
}

async function instancesOf(test: TestEngine, dagRunId: number): Promise<unknown> {
  return test.database.query(
    `select t.task_id, t.state, t.try_number as try, count(a.attempt_id)::int as attempts
     from task_instance t left join task_attempt a on a.task_instance_id = t.id
     where t.dag_run_id = $1 group by t.id order by t.id`,
    [dagRunId],
  );
}

describe("an engine that is stopped in order", () => {
  it("takes what ends by itself within the grace as it ends, and starts nothing behind it", async () => {
    const test = await testEngine({ paces: { graceMs: 30_000 } });
    await using _ = test;
    await test.store(testDag("ends", testChain(2)));
    const file = join(test.folder, "go");
    const run = await test.trigger("ends", { t0: { until: file } });
    await begun(file);
    const stopped = test.engine.stop();
    writeFileSync(file, "");
    await stopped;
    expect(await instancesOf(test, run)).toEqual([
      { task_id: "t0", state: "success", try: 1, attempts: 1 },
      { task_id: "t1", state: "scheduled", try: 1, attempts: 0 },
    ]);
    expect(await test.violations()).toEqual([]);
  });

  it("has what it had to end run again in the same try at the next start", async () => {
    const test = await testEngine();
    await using _ = test;
    await test.store(testDag("goes_on", testChain(2)));
    const file = join(test.folder, "go");
    const run = await test.trigger("goes_on", { t0: { until: file } });
    await begun(file);
    await test.engine.stop();
    expect(await instancesOf(test, run)).toMatchObject([{ state: "scheduled", try: 1, attempts: 1 }, { state: null }]);
    writeFileSync(file, "");
    await using next = await testEngine({ test: test.test, folder: test.folder });
    expect(await next.over(run)).toMatchObject({ state: "success", tries: { t0: 1, t1: 1 } });
    expect(await instancesOf(next, run)).toMatchObject([{ attempts: 2 }, { attempts: 1 }]);
    expect(await next.violations()).toEqual([]);
  });
});
