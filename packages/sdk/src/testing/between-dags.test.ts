import { describe, expect, it } from "vitest";
import { Dag, defer, getClient, until } from "../index.ts";

describe("a task that makes a run of another Dag", () => {
  function parent(options: object = {}, more: object = {}) {
    const dag = new Dag("parent", more);
    dag
      .triggerDagRun("call", {
        dagId: "child",
        conf: ({ dagRun }) => ({ from: dagRun.runId }),
        runId: "one",
        ...options,
      })
      .before(dag.empty("after"));
    return dag;
  }

  it("is done once the run is made, which the test records", async () => {
    const result = await parent().test({ runId: "r", logicalDate: null });
    expect(result.state).toBe("success");
    expect(result.triggeredRuns).toMatchObject([{ taskId: "call", dagId: "child", runId: "one", conf: { from: "r" } }]);
    expect(result.xcoms["call"]).toEqual({
      trigger_run_id: "one",
      _link_TriggerDagRunLink: "/dags/child/runs/one",
    });
  });

  it("waits for the run's end without a worker, and makes it once although the handler runs twice", async () => {
    const result = await parent({ wait: "deferred" }).test();
    expect(result).toMatchObject({ state: "success", triggeredRuns: [{ runId: "one" }] });
    expect(result.triggeredRuns).toHaveLength(1);
  });

  it("fails with the run that it waits for, also where it asks in its process", async () => {
    for (const wait of ["deferred", "poke"] as const) {
      const result = await parent({ wait }).test({ waits: { call: "failed" } });
      expect(result.state).toBe("failed");
      expect(result.taskInstances[0]?.error?.name).toBe("TriggeredRunFailed");
    }
  });

  it("fails for good where the id is taken, and is skipped where that was asked for", async () => {
    const twice = (options: object) => {
      const dag = new Dag("twice");
      const ref = dag.triggerDagRun("first", { dagId: "child", runId: "one" });
      ref.before(dag.triggerDagRun("second", { dagId: "child", runId: "one", retries: 2, ...options }));
      return dag;
    };
    const failed = await twice({}).test();
    expect(failed.taskInstances[1]).toMatchObject({
      state: "failed",
      tryNumber: 1,
      error: { name: "FailWithoutRetry" },
    });
    const skipped = await twice({ skipWhenAlreadyExists: true }).test();
    expect(skipped.taskInstances[1]).toMatchObject({ state: "skipped" });
    expect((await twice({ resetDagRun: true }).test()).state).toBe("success");
  });

  it("makes another run in its next try", async () => {
    const dag = new Dag("again", { defaultTask: { retries: 1 } });
    const twice = dag.task("twice", async () => {
      const run = await getClient().dags.triggerDagRun({ dagId: "child", runId: `try_${String(Math.random())}` });
      if ((await getClient().dags.getDagRun("child", run.runId)) === null) throw new TypeError("it is not there");
      throw new TypeError("after the run was made");
    });
    twice();
    expect((await dag.test()).triggeredRuns).toHaveLength(2);
  });

  it("fails where the Dag is paused and that was to count", async () => {
    const dag = parent({ failWhenDagIsPaused: true });
    expect((await dag.test({ dags: { child: { isPaused: true } } })).state).toBe("failed");
    expect((await dag.test({ dags: { child: {} } })).state).toBe("success");
  });
});

describe("a sensor for another Dag", () => {
  function waiting(options: object = {}) {
    const dag = new Dag("waiting");
    dag
      .externalTaskSensor("there", { dagId: "other", taskIds: ["a", "b"], timeout: "1h", ...options })
      .before(dag.empty("next"));
    return dag;
  }
  const MODES = [{ mode: "deferred" }, { mode: "reschedule" }, { mode: "poke" }] as const;

  it("goes on when what it waits for is there, in every mode", async () => {
    for (const mode of MODES) expect((await waiting(mode).test({ waits: { there: "success" } })).state).toBe("success");
    const whole = waiting({ taskIds: undefined, mode: "reschedule" });
    expect((await whole.test({ waits: { there: "success" } })).state).toBe("success");
  });

  it("fails at a state that was named as a failure, is skipped at one named so, and by softFail", async () => {
    for (const mode of MODES) {
      const states = { failedStates: ["failed"], skippedStates: ["skipped"], ...mode };
      expect((await waiting(states).test({ waits: { there: "failed" } })).state).toBe("failed");
      for (const [told, options] of [
        ["skipped", states],
        ["failed", { ...states, softFail: true }],
      ] as const) {
        const result = await waiting(options).test({ waits: { there: told } });
        expect(result.taskInstances[0]).toMatchObject({ state: "skipped" });
      }
    }
  });

  it("comes to its time-out where nothing happens, which no retry mends", async () => {
    for (const mode of MODES) {
      const result = await waiting({ ...mode, retries: 3 }).test();
      expect(result.taskInstances[0]).toMatchObject({ state: "failed", tryNumber: 1 });
    }
    const soft = await waiting({ softFail: true }).test();
    expect(soft.taskInstances[0]).toMatchObject({ state: "skipped" });
  });

  it("fails at once where it was to look whether the other Dag has the tasks", async () => {
    const dag = waiting({ checkExistence: true });
    const missing = await dag.test({ dags: { other: { taskIds: ["a"] } }, waits: { there: "success" } });
    expect(missing.taskInstances[0]?.error?.message).toBe("The Dag other has no task b.");
    const there = await dag.test({ dags: { other: { taskIds: ["a", "b"] } }, waits: { there: "success" } });
    expect(there.state).toBe("success");
  });

  it("looks at other logical dates where it is told so", async () => {
    const seen: unknown[] = [];
    const dag = new Dag("dates");
    dag.externalTaskSensor("there", {
      dagId: "other",
      executionDates: (date) => {
        seen.push(date);
        return ["2026-01-01T00:00:00Z", new Date("2026-01-02T00:00:00Z")];
      },
    });
    await dag.test({ logicalDate: "2026-02-01T00:00:00Z", waits: { there: "success" } });
    expect(seen).toContain("2026-02-01T00:00:00.000000Z");
  });
});

describe("defer in a handler", () => {
  it("waits for a run or for tasks of another Dag, and gets what the test says", async () => {
    const dag = new Dag("by_hand");
    const wait = dag.task("wait", async () => [
      await defer(until.dagRun({ dagId: "other", runId: "one" })),
      await defer(until.tasks({ dagId: "other", runIds: ["one"], taskIds: ["a"] })),
    ]);
    wait();
    const result = await dag.test({ waits: { wait: ["failed", { status: "success", of: "a" }] } });
    expect(result.xcoms["wait"]?.["return_value"]).toEqual([
      { dag_id: "other", run_id: "one", state: "failed" },
      { status: "success", of: "a" },
    ]);
  });

  it("without an answer and without a time-out ends the test with what is missing", async () => {
    const dag = new Dag("by_hand");
    dag.task("wait", () => defer(until.tasks({ dagId: "other", runIds: ["one"] })))();
    await expect(dag.test()).rejects.toMatchObject({ refusals: [{ code: "test.wait_unanswered" }] });
  });
});
