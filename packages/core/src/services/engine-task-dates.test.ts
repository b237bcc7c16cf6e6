import { instant } from "@windlass/contract";
import { afterEach, beforeEach, expect, it } from "vitest";
import { testDag, testTask } from "../../test-support/dag.ts";
import { testEngine, type TestEngine } from "../../test-support/test-engine.ts";

let test: TestEngine;

beforeEach(async () => {
  test = await testEngine();
});

afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  expect(test.problems).toEqual([]);
  await test[Symbol.asyncDispose]();
});

it("makes no task instance in a run whose logical date is outside a task's dates, save in a backfill and without a date", async () => {
  const started = testTask("started", { startDate: instant("2026-01-10T00:00:00Z") });
  const ended = testTask("ended", { endDate: instant("2026-01-20T00:00:00Z") });
  await test.store(testDag("dated", [testTask("always"), started, ended], { isPausedUponCreation: false }));
  const tasksOf = async (logicalDate: string | null, runType: "manual" | "backfill" = "manual"): Promise<string[]> => {
    const at = logicalDate === null ? null : instant(logicalDate);
    const run = await test.trigger(
      "dated",
      {},
      {
        runType,
        identity: (moment) => ({
          runId: `${runType}__${String(logicalDate)}`,
          logicalDate: at,
          dataIntervalStart: null,
          dataIntervalEnd: null,
          runAfter: moment,
        }),
      },
    );
    const over = await test.over(run);
    expect(over.state).toBe("success");
    return Object.keys(over.tasks);
  };
  expect(await tasksOf("2026-01-09T23:59:59.999999Z")).toEqual(["always", "ended"]);
  expect(await tasksOf("2026-01-10T00:00:00Z")).toEqual(["always", "started", "ended"]);
  expect(await tasksOf("2026-01-20T00:00:00Z")).toEqual(["always", "started", "ended"]);
  expect(await tasksOf("2026-01-20T00:00:00.000001Z")).toEqual(["always", "started"]);
  expect(await tasksOf(null)).toEqual(["always", "started", "ended"]);
  expect(await tasksOf("2026-01-01T00:00:00Z", "backfill")).toEqual(["always", "started", "ended"]);
});
