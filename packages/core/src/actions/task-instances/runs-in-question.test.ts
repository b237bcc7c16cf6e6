import { testDag, testTask } from "@windlass/core/test-support";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { perform } from "../perform.ts";
import { type ActionBench, actionBench } from "../test-support/action-bench.ts";
import { clearTaskInstances } from "./clear-task-instances.ts";
import { runsInQuestion } from "./runs-in-question.ts";

const RUNS = ["r0", "r1", "r2", "r3", "r4", "r5"] as const;

let bench: ActionBench;
let keys: ReadonlyMap<string, number>;
beforeAll(async () => {
  bench = await actionBench();
  await bench.store(testDag("past", [testTask("a"), testTask("b", { upstreamTaskIds: ["a"] })]));
  // Made in another order than that of their dates, and one without a date.
  const rows = await bench.test.database.query<{ id: number; runId: string }>(
    `insert into dag_run (dag_id, run_id, state, run_type, triggered_by, logical_date, run_after, queued_at, end_date, dag_version_id)
     select 'past', 'r' || n, 'success', 'manual', 'rest_api', case when n < 6 then timestamptz '2026-01-01' + n * interval '1 day' end,
       now(), now(), now(), d.current_version_id
     from unnest(array[3, 0, 6, 5, 1, 4, 2]) n, dag d where d.dag_id = 'past' returning id, run_id as "runId"`,
  );
  keys = new Map(rows.map(({ id, runId }) => [runId, id]));
  await bench.test.database.execute(
    `insert into task_instance (dag_run_id, dag_id, task_id, operator, pool, pool_slots, priority_weight, queue, max_tries, dag_version_id, state, end_date)
     select r.id, r.dag_id, v.task_id, v.operator, v.pool, v.pool_slots, v.priority_weight, v.queue, v.max_tries, r.dag_version_id, 'success', now()
     from dag_run r join dag_version_task v on v.dag_version_id = r.dag_version_id where r.dag_id = 'past'`,
  );
});
afterAll(async () => bench.drop());

describe("the runs before and after one", () => {
  it("are all of that side with the run itself, and from each of them the same side leads to nothing more", async () => {
    const of = async (runId: string, side: "past" | "future"): Promise<readonly number[]> =>
      runsInQuestion(bench.test.database, "past", { runId, [side]: true });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...RUNS),
        fc.constantFrom("past" as const, "future" as const),
        async (at, side) => {
          const here = RUNS.indexOf(at);
          const expected = side === "past" ? RUNS.slice(0, here + 1) : RUNS.slice(here);
          const found = await of(at, side);
          expect(found).toEqual(expected.map((runId) => keys.get(runId)));
          for (const runId of expected) for (const key of await of(runId, side)) expect(found).toContain(key);
        },
      ),
      { numRuns: 20 },
    );
    const both = await runsInQuestion(bench.test.database, "past", { runId: "r2", past: true, future: true });
    // Without any bound there is nothing that a run without a date could miss, as on Airflow.
    expect(both).toEqual([...RUNS, "r6"].map((runId) => keys.get(runId)));
  });

  it("are told by a dry run exactly as they are cleared", async () => {
    const clear = async (dryRun: boolean) => {
      const input = {
        dagId: "past",
        runs: { runId: "r3", past: true },
        selection: { taskIds: ["a"], downstream: true, onlyFailed: true },
        dryRun,
      };
      return (await perform(bench.context, await bench.request("admin"), clearTaskInstances, input)).result;
    };
    await bench.test.database.execute(
      `update task_instance t set state = 'failed' from dag_run r where r.id = t.dag_run_id and r.run_id in ('r1', 'r3', 'r4') and task_id = 'b'`,
    );
    const told = await clear(true);
    expect(told.map(({ runId, taskId }) => [runId, taskId])).toEqual([
      ["r1", "b"],
      ["r3", "b"],
    ]);
    expect(await clear(false)).toEqual(told);
    const rows = await bench.test.database.query<{ id: number }>(
      "select id from task_instance where state is null order by id",
    );
    expect(rows.map(({ id }) => id)).toEqual(told.map(({ id }) => id).sort((a, b) => a - b));
    expect(await clear(false)).toEqual([]);
  });
});
