import { describe, expect, it } from "vitest";
import {
  type DagCallbackContext,
  Dag,
  deadline,
  type DeadlineCallbackContext,
  type DeadlineOptions,
  getClient,
  getContext,
  SkipTask,
  slack,
  type TaskCallbackContext,
  type TaskContext,
} from "../index.ts";
import { testDag } from "./test-dag.ts";

describe("callbacks under dag.test", () => {
  it("are called after the states that cause them, with what they are about", async () => {
    const told: string[] = [];
    const tell = ({ kind, taskId, tryNumber, maxTries, error, reason, state }: TaskCallbackContext): void =>
      void told.push([kind, taskId, tryNumber, maxTries, state, reason, error?.message ?? "-"].join(" "));
    const dag = new Dag("told", {
      defaultTask: { onSuccess: tell, onFailure: tell, onRetry: tell, onSkipped: tell },
      onSuccess: ({ reason, taskInstance }: DagCallbackContext) =>
        void told.push(`run ${reason} ${taskInstance?.taskId}`),
    });
    const flaky = dag.task(
      "flaky",
      (_: object, { tryNumber }) => {
        if (tryNumber === 1) throw new RangeError("not yet");
        return 1;
      },
      { retries: { attempts: 1, delay: "1h" } },
    )();
    dag
      .task("left_out", () => Promise.reject(new SkipTask("no")))()
      .after(flaky);
    dag.empty("joint", { triggerRule: "all_done" }).after(flaky);
    const { state, callbacks } = await testDag(dag);
    expect(state).toBe("success");
    expect(told).toEqual([
      "retry flaky 1 2 up_for_retry attempt_failed not yet",
      "success flaky 2 2 success attempt_succeeded -",
      "success joint 1 1 success nothing_to_execute -",
      "skipped left_out 1 1 skipped attempt_skipped -",
      expect.stringMatching(/^run success/),
    ]);
    expect(callbacks.map(({ of, kind, taskId }) => [of, kind, taskId])).toEqual([
      ["task", "retry", "flaky"],
      ["task", "success", "flaky"],
      ["task", "success", "joint"],
      ["task", "skipped", "left_out"],
      ["dag", "success", null],
    ]);
    expect(new Set(callbacks.map((each) => each.dedupeKey)).size).toBe(5);
  });

  it("see connections, XComs and logs, and leave none", async () => {
    const dag = new Dag("asks", {
      onFailure: async ({ client, log, failed, dedupeKey }) => {
        log.info("asked", { dedupeKey });
        const found = [await client.getVariable("v"), await getClient().getXcom({ taskId: "a" }), failed.length];
        throw new Error(JSON.stringify(found));
      },
    });
    const a = dag.task("a", () => 7, { onSuccess: () => getClient().setXcom("k", 1) })();
    dag
      .task("b", () => {
        throw new Error("no");
      })()
      .after(a);
    const { callbacks, logs } = await testDag(dag, { variables: { v: "x" } });
    expect(callbacks.map(({ kind, error }) => [kind, error?.message])).toEqual([
      ["success", expect.stringContaining("only the task itself")],
      ["failure", '["x",7,1]'],
    ]);
    expect(logs.find(({ message }) => message === "asked")?.fields).toHaveProperty("dedupeKey");
  });

  it("before the handler run in its attempt with its own context, and do not keep it from running", async () => {
    const seen: unknown[] = [];
    const dag = new Dag("before", { params: { type: "object", properties: { n: { type: "integer", default: 1 } } } });
    const first = ({ taskId, params }: TaskContext): void => void seen.push([taskId, params]);
    const second = (): never => {
      seen.push(getContext().taskId);
      throw new Error("not that bad");
    };
    dag.task("a", () => void seen.push("handler"), { onExecute: [first, second] })();
    dag.empty("b", { onExecute: first });
    const { state, logs } = await testDag(dag);
    expect(state).toBe("success");
    expect(seen).toEqual([["a", { n: 1 }], "a", "handler", ["b", { n: 1 }]]);
    expect(logs).toContainEqual(
      expect.objectContaining({ taskId: "a", level: "error", message: "onExecute threw Error: not that bad" }),
    );
  });

  it("of a deadline come when the run's clock has passed it, and not where the run was done by then", async () => {
    const missed: string[] = [];
    const build = (within: DeadlineOptions["within"]): Dag => {
      const dag = new Dag("deadlines", {
        alerts: [slack({ connection: "slack", on: ["success", "deadline"] })],
        deadlines: [
          deadline({
            after: "queued",
            within,
            name: JSON.stringify(within),
            callback: ({ deadline: { name }, state }: DeadlineCallbackContext) => void missed.push(`${name} ${state}`),
          }),
          deadline({ after: "logicalDate", within: "0s" }),
        ],
      });
      dag.task("a", (_: object, { tryNumber }) => (tryNumber === 1 ? Promise.reject(new Error("x")) : 1), {
        retries: { attempts: 1, delay: "1h" },
      })();
      return dag;
    };
    const late = await testDag(build("30m"));
    expect(late.callbacks).toMatchObject([{ of: "deadline", kind: "missed", reason: "deadline_missed" }]);
    expect(late.alerts).toEqual([
      { event: "deadline", kind: "slack", connection: "slack" },
      { event: "success", kind: "slack", connection: "slack" },
    ]);
    const inTime = await testDag(build("2h"));
    expect(inTime.callbacks).toEqual([]);
    expect(missed).toEqual(['"30m" running']);
    const held = await testDag(build({ variable: "patience" }), { variables: { patience: "30m" } });
    expect(held.callbacks).toHaveLength(1);
    expect((await testDag(build({ variable: "patience" }))).callbacks).toEqual([]);
    expect((await testDag(build("-5m"))).callbacks).toHaveLength(1);
  });
});
