import { describe, expect, it } from "vitest";
import alwaysFails from "../dags/always-fails.ts";
import hello from "../dags/hello.ts";
import needsWarehouse from "../dags/needs-warehouse.ts";
import requiredParam from "../dags/required-param.ts";

/*
 * The examples by `dag.test()`: the scheduler's own rules in this process, without server and database.
 */

describe("hello", () => {
  it("hands its greeting from one task to the other", async () => {
    const result = await hello.test({ params: { name: "Ada" } });
    expect(result.state).toBe("success");
    expect(result.xcoms).toEqual({
      greet: { return_value: "Hello, Ada!" },
      shout: { return_value: "HELLO, ADA!" },
    });
  });

  it("greets the world where nobody is named", async () => {
    expect((await hello.test()).xcoms.greet).toEqual({ return_value: "Hello, world!" });
  });

  it("is refused with an empty name", async () => {
    const { state, refusals } = await hello.test({ params: { name: "" } });
    expect(state).toBe("refused");
    expect(refusals.map(({ code }) => code)).toEqual(["params.invalid"]);
  });
});

describe("required_param", () => {
  it("is refused without its name, with the param named and no task started", async () => {
    const { state, refusals, taskInstances } = await requiredParam.test();
    expect(state).toBe("refused");
    expect(taskInstances).toEqual([]);
    expect(refusals).toMatchObject([{ code: "params.missing", reason: expect.stringContaining("name") as string }]);
  });

  it("tells everything that is wrong at once", async () => {
    const { refusals } = await requiredParam.test({ params: { count: 11 } as never });
    expect(refusals.map(({ code }) => code).sort()).toEqual(["params.invalid", "params.missing"]);
  });

  it("greets as often as it is told", async () => {
    const { state, logs, xcoms } = await requiredParam.test({ params: { name: "Ada", count: 2 } });
    expect(state).toBe("success");
    expect(logs.map(({ message }) => message)).toEqual(["1. Hello, Ada!", "2. Hello, Ada!"]);
    expect(xcoms.greet).toEqual({ return_value: "greeted Ada 2 times" });
  });
});

describe("always_fails", () => {
  it("is tried three times, fails, and takes what is behind it along", async () => {
    const { state, taskInstances, logs } = await alwaysFails.test();
    expect(state).toBe("failed");
    expect(taskInstances.map(({ taskId, state: own, tryNumber }) => [taskId, own, tryNumber])).toEqual([
      ["boom", "failed", 3],
      ["after", "upstream_failed", 0],
    ]);
    expect(taskInstances[0]?.error).toMatchObject({ name: "TypeError", message: "this task always fails" });
    expect(logs.filter(({ level }) => level === "info").map(({ message }) => message)).toEqual([
      "try 1",
      "try 2",
      "try 3",
    ]);
  });
});

describe("needs_warehouse", () => {
  it("is refused where the connection is not there, before a task starts", async () => {
    const { state, refusals, taskInstances } = await needsWarehouse.test();
    expect(state).toBe("refused");
    expect(taskInstances).toEqual([]);
    expect(refusals).toMatchObject([
      { code: "requirement.connection", reason: expect.stringContaining("warehouse") as string },
    ]);
  });

  it("runs where it is", async () => {
    const { state, xcoms } = await needsWarehouse.test({
      connections: { warehouse: "postgres://reader:secret@warehouse.example/sales" },
    });
    expect(state).toBe("success");
    expect(xcoms.load).toEqual({ return_value: "would load into warehouse.example" });
  });
});
