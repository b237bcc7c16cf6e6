import { RefusalError } from "@windlass/contract";
import { testDag, testTask } from "@windlass/core/test-support";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { perform } from "../perform.ts";
import { type ActionBench, actionBench } from "../test-support/action-bench.ts";
import { triggerByTask } from "./trigger-by-task.ts";
import { triggerRun } from "./trigger-run.ts";

let bench: ActionBench;
const ATTEMPT = "00000000-0000-7000-8000-000000000001";

beforeEach(async () => {
  bench = await actionBench();
  await bench.store(testDag("parent", [testTask("call")]));
  await bench.store(testDag("child", [testTask("t")]));
  await perform(bench.context, await bench.request("op"), triggerRun, {
    dagId: "parent",
    dagRunId: "p",
    logicalDate: null,
  });
  await begin(ATTEMPT, 1);
});
afterEach(() => bench.drop());

/** The attempt is the current one of the parent's task and runs. */
async function begin(attemptId: string, tryNumber: number): Promise<void> {
  await bench.test.database.query(
    `with t as (
       update task_instance set state = 'running', attempt_id = $1, try_number = $2, lease_until = clock_timestamp() + interval '1 hour'
       where dag_id = 'parent' returning id)
     insert into task_attempt (attempt_id, task_instance_id, try_number, dispatch_sequence, queued_at)
     select $1, id, $2, 1 + (select count(*) from task_attempt), clock_timestamp() from t`,
    [attemptId, tryNumber],
  );
}

const ask = (more: object = {}, attemptId = ATTEMPT) =>
  triggerByTask(bench.context, attemptId, { kind: "triggerDagRun", call: 0, dagId: "child", ...more });

async function codes(asked: Promise<unknown>): Promise<readonly string[]> {
  const thrown: unknown = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof RefusalError) return thrown.refusals.map(({ code }) => code);
  throw thrown instanceof Error ? thrown : new TypeError("it was not refused");
}

const runs = () =>
  bench.test.database.query<{ run_id: string; launch_context: Record<string, unknown> }>(
    "select run_id, run_type, triggered_by, triggering_user, conf, launch_context from dag_run where dag_id = 'child' order by id",
  );

describe("a run that a task makes", () => {
  it("is the operator's, for whoever triggered the task's own run, and remembers the attempt", async () => {
    const { run, warnings } = await ask({ conf: { a: 1 } });
    expect(run).toMatchObject({ dagId: "child", state: "queued", runType: "operator_triggered", conf: { a: 1 } });
    expect(warnings).toEqual([]);
    expect(await runs()).toMatchObject([
      {
        run_id: run.runId,
        run_type: "operator_triggered",
        triggered_by: "operator",
        triggering_user: "op",
        launch_context: {
          door: "operator",
          principal: { kind: "task", name: "parent.call" },
          triggered_by: { dag_id: "parent", run_id: "p", task_id: "call", try_number: 1, attempt_id: ATTEMPT },
        },
      },
    ]);
    expect(bench.heard.some((each) => each.startsWith("runsCreated"))).toBe(true);
  });

  it("is made once for a try, however often its attempt is repeated; another call and another try make others", async () => {
    const first = await ask({ runId: "one" });
    const again = "00000000-0000-7000-8000-000000000002";
    await begin(again, 1);
    expect((await ask({ runId: "one" }, again)).run).toEqual(first.run);
    await ask({ call: 1 }, again);
    const next = "00000000-0000-7000-8000-000000000003";
    await begin(next, 2);
    expect(await codes(ask({ runId: "one" }, next))).toEqual(["run.id_taken"]);
    await ask({}, next);
    expect(await runs()).toHaveLength(3);
  });

  it("is made once also where two ask at the same moment", async () => {
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(answers.map(({ run }) => run.runId)).size).toBe(1);
    expect(await runs()).toHaveLength(1);
  });

  it("is cleared instead where that was asked for, and only once", async () => {
    await perform(bench.context, await bench.request("op"), triggerRun, {
      dagId: "child",
      dagRunId: "one",
      logicalDate: null,
    });
    await bench.test.database.query(
      `update dag_run set state = 'success', end_date = clock_timestamp(), version = version + 1 where dag_id = 'child'`,
    );
    await bench.test.database.query(
      `update task_instance set state = 'success', try_number = 1, end_date = clock_timestamp() where dag_id = 'child'`,
    );
    expect((await ask({ runId: "one", reset: true })).run).toMatchObject({ runId: "one", state: "queued" });
    await bench.test.database.query(
      "update dag_run set state = 'running', version = version + 1 where dag_id = 'child'",
    );
    expect((await ask({ runId: "one", reset: true })).run.state).toBe("running");
  });

  it("is refused as every trigger is: no such Dag, its params, its types of runs", async () => {
    expect(await codes(ask({ dagId: "nope" }))).toEqual(["dag.unknown"]);
    const params = { n: { schema: { type: "integer" }, hasDefault: false, default: null, description: null } };
    await bench.store(testDag("strict", [testTask("t")], { params }));
    expect(await codes(ask({ dagId: "strict", conf: { n: "x" } }))).toEqual(["params.invalid"]);
    await bench.store(testDag("closed", [testTask("t")], { allowedRunTypes: ["manual", "scheduled"] }));
    expect(await codes(ask({ dagId: "closed" }))).toEqual(["dag.no_operator_runs"]);
  });

  it("is not made for an attempt that has lost its permission", async () => {
    await begin("00000000-0000-7000-8000-000000000009", 1);
    expect(await codes(ask())).toEqual(["execution.no_permission"]);
    expect(await runs()).toEqual([]);
  });
});
