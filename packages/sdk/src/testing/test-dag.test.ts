import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RefusalError } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  Dag,
  FailWithoutRetry,
  getClient,
  getContext,
  requiredParam,
  RetryAfter,
  SkipTask,
  timetable,
} from "../index.ts";

describe("dag.test", () => {
  it("runs tasks in order, hands results on, and tells states, XComs and logs", async () => {
    const dag = new Dag("sums", { params: z.object({ factor: z.number().int().default(2) }) });
    const numbers = dag.task("numbers", async () => [1, 2, 3]);
    const scale = dag.task("scale", async ({ values }: { values: number[] }, { params, log }) => {
      log.info("scaling", { by: params.factor });
      console.warn("%d values", values.length);
      return values.map((value) => value * params.factor);
    });
    scale({ values: numbers() }).before(dag.empty("end"));

    const result = await dag.test({ params: { factor: 10 } });
    expect(result.state).toBe("success");
    expect(result.taskInstances.map(({ taskId, state, tryNumber, xcom }) => [taskId, state, tryNumber, xcom])).toEqual([
      ["numbers", "success", 1, [1, 2, 3]],
      ["scale", "success", 1, [10, 20, 30]],
      ["end", "success", 1, undefined],
    ]);
    expect(result.xcoms).toEqual({ numbers: { return_value: [1, 2, 3] }, scale: { return_value: [10, 20, 30] } });
    expect(result.logs).toEqual([
      { taskId: "scale", tryNumber: 1, level: "info", message: "scaling", fields: { by: 10 } },
      { taskId: "scale", tryNumber: 1, level: "warning", message: "3 values" },
    ]);
  });

  it("retries without waiting, by the same rules as the scheduler", async () => {
    const dag = new Dag("retrying");
    const lucky = dag.task(
      "lucky",
      async () => {
        const { tryNumber, maxTries } = getContext();
        if (tryNumber === 1) throw new RangeError("first try fails");
        if (tryNumber === 2) throw new RetryAfter("2h");
        return { tryNumber, maxTries };
      },
      { retries: { attempts: 3, delay: "1h", backoff: "exponential" } },
    );
    lucky();
    const started = performance.now();
    const { state, taskInstances } = await dag.test();
    expect(state).toBe("success");
    expect(taskInstances[0]).toMatchObject({ tryNumber: 3, xcom: { tryNumber: 3, maxTries: 4 } });
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("follows failures, skips and trigger rules", async () => {
    const dag = new Dag("rules", { defaultTask: { retries: 2 } });
    const bad = dag.task("bad", () => {
      throw new FailWithoutRetry("useless");
    })();
    const skipped = dag.task("skipped", () => {
      throw new SkipTask();
    })();
    bad.before(dag.empty("after_bad"), dag.empty("on_failure", { triggerRule: "one_failed" }));
    skipped.before(dag.empty("after_skipped"), dag.empty("always", { triggerRule: "all_done" }));
    const { state, taskInstances } = await dag.test();
    expect(state).toBe("failed");
    const states = Object.fromEntries(
      taskInstances.map(({ taskId, state: own, tryNumber }) => [taskId, [own, tryNumber]]),
    );
    expect(states).toMatchObject({
      bad: ["failed", 1],
      skipped: ["skipped", 1],
      after_bad: ["upstream_failed", 0],
      on_failure: ["success", 1],
      after_skipped: ["skipped", 0],
      always: ["success", 1],
    });
    expect(taskInstances.find((each) => each.taskId === "bad")?.error).toEqual({
      kind: "error",
      name: "FailWithoutRetry",
      message: "useless",
    });
  });

  it("refuses what a trigger would refuse, with the same codes", async () => {
    const dag = new Dag("strict", {
      params: { name: requiredParam({ type: "string" }) },
      requires: { connections: ["db"] },
      startDate: "2026-01-01",
    });
    dag.empty("only");
    const result = await dag.test({ params: { name: 5 as never }, logicalDate: "2025-12-31" });
    expect(result.state).toBe("refused");
    expect(result.refusals.map((each) => each.code).sort()).toEqual([
      "params.invalid",
      "requirement.connection",
      "run.before_start_date",
    ]);
    expect((await dag.test()).refusals.map((each) => each.code)).toContain("params.missing");
  });

  it("gives connections and variables, runs bash and sql, and passes values by environment", async () => {
    const folder = mkdtempSync(join(tmpdir(), "windlass-sdk-test-"));
    try {
      const dag = new Dag("operators", { requires: { variables: ["greeting"], env: ["REGION"] } });
      const create = dag.sql("create", { connection: "file", statement: "create table t (a integer)" });
      const insert = dag.sql("insert", {
        connection: "file",
        statement: "insert into t values (?), (?)",
        parameters: [41, 1],
      });
      const sum = dag.sql<{ total: number }>("sum", { connection: "file", statement: "select sum(a) as total from t" });
      create.before(insert);
      insert.before(sum);
      const first = dag.task("first", ({ rows }: { rows: { total: number }[] }) => rows[0]?.total ?? 0)({ rows: sum });
      const say = dag.bash("say", { script: 'echo "$N $REGION"', env: { N: first } });
      const ask = dag.task("ask", async ({ said }: { said: string }) => [
        said,
        await getClient().getVariableOrThrow("greeting"),
      ]);
      ask({ said: say });
      const result = await dag.test({
        connections: { file: `sqlite://${join(folder, "test.db")}` },
        variables: { greeting: "hello" },
        env: { REGION: "eu" },
      });
      expect(result.state).toBe("success");
      expect(result.xcoms.ask).toEqual({ return_value: ["42 eu", "hello"] });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("ends a handler that takes too long", async () => {
    const dag = new Dag("slow");
    dag.task("wait", () => new Promise(() => undefined), { executionTimeout: "20ms" })();
    const { state, taskInstances } = await dag.test();
    expect(state).toBe("failed");
    expect(taskInstances[0]?.error?.kind).toBe("timeout");
  });

  it("throws every mistake of the Dag itself", async () => {
    const dag = new Dag("wrong", { maxActiveRuns: 0 });
    dag.task("lost", () => 1);
    const problem: unknown = await dag.test().catch((thrown: unknown) => thrown);
    expect(problem).toBeInstanceOf(RefusalError);
    expect((problem as RefusalError).refusals.map((each) => each.code)).toEqual([
      "dag_file.bad_option",
      "dag_file.task_not_placed",
    ]);
  });

  it("gives a run the data interval that the Dag's own timetable names", async () => {
    const nextRun = () => null;
    const inferManualDataInterval = (at: Date) => ({ start: new Date(at.getTime() - 3_600_000), end: at });
    const dag = new Dag("own", { schedule: timetable({ name: "own", nextRun, inferManualDataInterval }) });
    dag.task("tell", () => getContext().dagRun.dataIntervalStart)();
    const result = await dag.test({ logicalDate: "2026-03-01T06:00:00Z" });
    expect(result.xcoms.tell).toEqual({ return_value: "2026-03-01T05:00:00.000000Z" });
  });
});
