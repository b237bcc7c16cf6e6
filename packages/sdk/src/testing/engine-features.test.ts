import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Dag, DeferralTimeout, defer, getContext, until, zip } from "../index.ts";
import { testDag } from "./test-dag.ts";

/** The states of a run's task instances, mapped ones with their index. */
async function statesOf(dag: Dag, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const { taskInstances } = await testDag(dag, { params });
  return Object.fromEntries(
    taskInstances.map(({ taskId, mapIndex, state }) => [mapIndex < 0 ? taskId : `${taskId}[${mapIndex}]`, state]),
  );
}

describe("failFast", () => {
  it("skips what has not begun once a task has failed for good, and lets teardowns run", async () => {
    const dag = new Dag("fast", { failFast: true });
    const make = dag.empty("make").asSetup();
    const fails = dag.task(
      "fails",
      () => {
        throw new TypeError("on purpose");
      },
      { retries: 1, priorityWeight: 10 },
    )();
    const other = dag.task("other", () => defer(until.duration("1d")))();
    const below = dag.empty("below");
    make.before(fails, other);
    below.after(other);
    dag.empty("drop").asTeardown().after(make, below);
    const { state, taskInstances } = await testDag(dag);
    expect(Object.fromEntries(taskInstances.map((each) => [each.taskId, each.state]))).toEqual({
      make: "success",
      fails: "failed",
      other: "skipped",
      below: "skipped",
      drop: "success",
    });
    expect([state, taskInstances.find(({ taskId }) => taskId === "fails")?.tryNumber]).toEqual(["failed", 2]);
  });
});

describe("branches", () => {
  function branching(): Dag {
    const dag = new Dag("branching");
    const choose = dag.branch(
      "choose",
      (_, { dagRun }) => (dagRun.conf.way as string[] | null | undefined) ?? "left",
    )();
    const left = dag.empty("left").after(choose);
    const right = dag.empty("right").after(choose);
    dag.empty("join", { triggerRule: "none_failed_min_one_success" }).after(left, right);
    dag.empty("strict").after(left, right);
    return dag;
  }

  it("skip what is not followed, and what stands behind it by its trigger rule", async () => {
    expect(await statesOf(branching())).toEqual({
      choose: "success",
      left: "success",
      right: "skipped",
      join: "success",
      strict: "skipped",
    });
    expect(await statesOf(branching(), { way: ["left", "right"] })).toMatchObject({ strict: "success" });
    expect(await statesOf(branching(), { way: [] })).toMatchObject({
      left: "skipped",
      right: "skipped",
      join: "skipped",
    });
  });

  it("fail where they name what is no task", async () => {
    expect(await statesOf(branching(), { way: ["nowhere"] })).toMatchObject({
      choose: "failed",
      left: "upstream_failed",
    });
  });

  it("are written as conditions and cases too", async () => {
    const dag = new Dag("ways");
    const isBig = dag.task("is_big", (_, { dagRun }) => dagRun.conf.size === "big")();
    const big = dag.empty("big");
    const small = dag.empty("small");
    dag.if(isBig).then(big).else(small);
    const kind = dag.task("kind", (_, { dagRun }) => dagRun.conf.kind ?? "none")();
    const [a, b, other] = [dag.empty("a"), dag.empty("b"), dag.empty("other")];
    dag.switch(kind).case("a", a).case("b", b).otherwise(other);
    expect(await statesOf(dag, { size: "big", kind: "b" })).toMatchObject({
      big: "success",
      small: "skipped",
      a: "skipped",
      b: "success",
    });
    expect(await statesOf(dag)).toMatchObject({ big: "skipped", small: "success", b: "skipped", other: "success" });
  });

  it("short-circuit everything behind them, or what stands directly behind", async () => {
    const make = (respectTriggerRules: boolean): Dag => {
      const dag = new Dag("short");
      const gate = dag.shortCircuit("gate", () => false, { respectTriggerRules })();
      const middle = dag.empty("middle").after(gate);
      dag.empty("last", { triggerRule: "all_done" }).after(middle);
      return dag;
    };
    expect(await statesOf(make(false))).toEqual({ gate: "success", middle: "skipped", last: "skipped" });
    expect(await statesOf(make(true))).toEqual({ gate: "success", middle: "skipped", last: "success" });
  });
});

describe("mapping", () => {
  function doubling(): Dag {
    const dag = new Dag("mapped");
    const numbers = dag.task("numbers", (_, { dagRun }) => (dagRun.conf.numbers ?? [1, 2, 3]) as number[]);
    const double = dag.task("double", ({ n }: { n: number }) => {
      if (n < 0) throw new RangeError("negative");
      return n * 2;
    });
    const total = dag.task("total", ({ values }: { values: number[] }) => values.reduce((sum, each) => sum + each, 0));
    total({ values: double.expand({ n: numbers() }) });
    return dag;
  }

  it("makes an instance for each element, and hands all results on", async () => {
    const { state, xcoms } = await testDag(doubling());
    expect([state, xcoms.total?.return_value, xcoms.double?.return_value]).toEqual(["success", 12, [2, 4, 6]]);
  });

  it("skips what is mapped over nothing, fails what is mapped over no list, and lets one instance fail by itself", async () => {
    expect(await statesOf(doubling(), { numbers: [] })).toEqual({
      numbers: "success",
      double: "skipped",
      total: "skipped",
    });
    expect(await statesOf(doubling(), { numbers: 5 })).toMatchObject({ numbers: "failed", double: "upstream_failed" });
    expect(await statesOf(doubling(), { numbers: [1, -1] })).toEqual({
      numbers: "success",
      "double[0]": "success",
      "double[1]": "failed",
      total: "upstream_failed",
    });
  });

  it("crosses arguments, keeps some the same, zips, and spreads objects", async () => {
    const dag = new Dag("shapes");
    const show = (id: string) => dag.task(id, ({ a, b }: { a: number; b: string }) => `${a}${b}`);
    show("cross").expand({ a: [1, 2], b: ["x", "y"] });
    show("partial")
      .partial({ b: "z" })
      .expand({ a: [1, 2] });
    show("kwargs").expandKwargs([{ a: 7, b: "q" }]);
    dag
      .task("pairs", ({ pair }: { pair: [number, string] }) => pair.join("-"))
      .expand({ pair: zip([1, 2, 3], ["a", "b"]) });
    const { xcoms } = await testDag(dag);
    expect(xcoms.cross?.return_value).toEqual(["1x", "1y", "2x", "2y"]);
    expect(xcoms.partial?.return_value).toEqual(["1z", "2z"]);
    expect(xcoms.kwargs?.return_value).toEqual(["7q"]);
    expect(xcoms.pairs?.return_value).toEqual(["1-a", "2-b"]);
  });

  it("maps whole groups: within one an instance sees its own index, from outside all are seen", async () => {
    const dag = new Dag("grouped");
    const shops = dag.task("shops", () => ["a", "b", "bad"]);
    const ids = shops();
    let loaded: ReturnType<ReturnType<typeof dag.task<{ rows: string }, string>>> | undefined;
    const group = dag.taskGroup("shop").expand({ id: ids }, (inside, { id }) => {
      const read = inside.task("read", ({ id: shop }: { id: string }) => {
        if (shop === "bad") throw new RangeError("no such shop");
        return `rows of ${shop}`;
      });
      const load = inside.task("load", ({ rows }: { rows: string }) => rows.toUpperCase());
      loaded = load({ rows: read({ id }) });
    });
    dag.empty("end", { triggerRule: "all_done" }).after(group);
    expect(loaded).toBeDefined();
    const { taskInstances, xcoms } = await testDag(dag);
    expect(xcoms["shop.load"]?.return_value).toEqual(["ROWS OF A", "ROWS OF B"]);
    expect(taskInstances.find((each) => each.taskId === "shop.load" && each.mapIndex === 2)?.state).toBe(
      "upstream_failed",
    );
    expect(taskInstances.find((each) => each.taskId === "end")?.state).toBe("success");
  });
});

describe("setup and teardown", () => {
  it("clean up although the work failed, and only the work counts", async () => {
    const dag = new Dag("scope");
    const make = dag.task("make", () => "resource")();
    const work = dag.task("work", (_, { dagRun }) => {
      if (dagRun.conf.fail) throw new RangeError("asked to fail");
    })();
    const drop = dag.task("drop", () => "dropped")();
    make.asSetup({ teardown: drop });
    make.before(work);
    work.before(drop);
    expect(await statesOf(dag, { fail: true })).toEqual({ make: "success", work: "failed", drop: "success" });
    expect((await testDag(dag, { params: { fail: true } })).state).toBe("failed");
    expect((await testDag(dag)).state).toBe("success");
  });
});

describe("waits", () => {
  it("run the handler again from its start, and give what ended them in order", async () => {
    const dag = new Dag("waiting");
    let runs = 0;
    dag.task("wait", async () => {
      runs += 1;
      await defer(until.duration("2h"));
      const second = await defer(until.duration("1d"));
      return { second, try: getContext().tryNumber };
    })();
    const { state, taskInstances } = await testDag(dag, { runAfter: "2026-01-01T00:00:00Z" });
    expect([state, runs]).toEqual(["success", 3]);
    expect(taskInstances[0]?.xcom).toMatchObject({
      second: { moment: expect.stringMatching(/^2026-01-02T02:00/) },
      try: 1,
    });
  });

  it("come one after the other, also where they are begun side by side", async () => {
    const dag = new Dag("together");
    dag.task("wait", () =>
      Promise.all([defer(until.time("2030-01-01T00:00:00Z")), defer(until.time("2031-01-01T00:00:00Z"))]),
    )();
    expect((await testDag(dag)).xcoms.wait?.return_value).toEqual([
      { moment: "2030-01-01T00:00:00.000000Z" },
      { moment: "2031-01-01T00:00:00.000000Z" },
    ]);
  });

  it("fail where their moment has no zone, their timeout cannot be read, or they are begun in a sensor", async () => {
    const dag = new Dag("unreadable");
    dag.task("zone", () => defer(until.time("2030-01-01T00:00:00")))();
    dag.task("span", () => defer(until.duration("2h"), { timeout: "soon" as "1h" }))();
    dag.sensor("inside", () => defer(until.duration("2h")).catch(() => true), { mode: "reschedule" });
    dag.sensor("thrown", () => defer(until.duration("2h")), { mode: "reschedule" });
    const { taskInstances } = await testDag(dag);
    const told = Object.fromEntries(taskInstances.map(({ taskId, error }) => [taskId, error?.message]));
    expect(told.zone).toContain("with its zone");
    expect(told.span).toContain("no duration");
    expect(told.thrown).toContain("A sensor waits by its mode");
  });

  it("are given up where they take too long", async () => {
    const dag = new Dag("impatient");
    dag.task("wait", async () => {
      try {
        await defer(until.duration("2h"), { timeout: "1h" });
      } catch (error) {
        if (error instanceof DeferralTimeout) return "gave up";
        throw error;
      }
      return "came";
    })();
    expect((await testDag(dag)).xcoms.wait?.return_value).toBe("gave up");
  });

  it.each(["poke", "reschedule", "deferred"] as const)("of sensors ask again in mode %s, in one try", async (mode) => {
    const dag = new Dag("sensing");
    let asked = 0;
    dag.sensor("there", () => (asked += 1) > 2 && { file: "x" }, { mode, interval: "5m" });
    const { taskInstances } = await testDag(dag);
    expect(taskInstances[0]).toMatchObject({ state: "success", tryNumber: 1, xcom: { file: "x" } });
    expect(asked).toBe(3);
  });

  it("of sensors that never fail are skipped where the question throws, and still fail where they are written wrongly", async () => {
    const dag = new Dag("never");
    const broken = (): boolean => {
      throw new RangeError("no answer");
    };
    dag.sensor("broken", broken, { neverFail: true });
    dag.sensor("late", () => false, { neverFail: true, mode: "reschedule", interval: "5m", timeout: "20m" });
    dag.sensor("waits", async () => (await defer(until.duration("1h"))) !== null, { neverFail: true });
    const { taskInstances } = await testDag(dag);
    expect(taskInstances.map(({ state }) => state)).toEqual(["skipped", "skipped", "failed"]);
  });

  it("for a moment and for a file come ready-made", async () => {
    const dag = new Dag("ready");
    const folder = await mkdtemp(join(tmpdir(), "windlass-sensor-"));
    try {
      dag.timeSensor("noon", { at: ({ dagRun }) => `${dagRun.runAfter.slice(0, 10)}T12:00:00Z` });
      const wait = { interval: "1m", timeout: "5m", softFail: true } as const;
      dag.fileSensor("there", { path: import.meta.filename, ...wait });
      dag.fileSensor("absent", { path: () => join(folder, "none"), ...wait });
      dag.fileSensor("empty", { path: folder, ...wait });
      expect(await statesOf(dag)).toEqual({ noon: "success", there: "success", absent: "skipped", empty: "skipped" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("of sensors end by their timeout: failed without another try, or skipped", async () => {
    const dag = new Dag("late");
    dag.sensor("hard", () => false, { mode: "reschedule", interval: "5m", timeout: "20m", retries: 3 });
    dag.sensor("soft", () => false, {
      mode: "deferred",
      interval: "1m",
      exponential: true,
      timeout: "20m",
      softFail: true,
    });
    const { taskInstances } = await testDag(dag);
    expect(taskInstances).toMatchObject([
      { state: "failed", tryNumber: 1, error: { name: "SensorTimeout" } },
      { state: "skipped" },
    ]);
  });
});
