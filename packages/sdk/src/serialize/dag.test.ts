import { compileParam } from "@windlass/contract/params";
import { SERIALIZED_DAG_SCHEMA } from "@windlass/contract/serialized-dag";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { definitionOf } from "../authoring/definition.ts";
import { concat, cron, Dag, dateList, every, label, param, requiredParam, timetable, zip } from "../index.ts";
import { serializeDag, type SerializeResult } from "./dag.ts";

const run = (dag: Dag<never>): SerializeResult => serializeDag(definitionOf(dag), "x.ts");
const serialize = (dag: object) => {
  const { dag: serialized, errors } = run(dag as Dag<never>);
  expect(errors).toEqual([]);
  return serialized!;
};
const codes = (dag: object): string[] =>
  run(dag as Dag<never>).errors.map((error) => error.code.replace("dag_file.", ""));

describe("a Dag as data", () => {
  it("has Airflow's defaults", () => {
    const dag = new Dag("plain");
    dag.task("work", () => 1)();
    expect(serialize(dag)).toMatchObject({
      version: 1,
      schedule: { kind: "none" },
      timezone: "UTC",
      catchup: false,
      isPausedUponCreation: null,
      maxActiveRuns: 16,
      maxActiveTasks: 16,
      dagrunTimeoutSeconds: null,
      tasks: [
        {
          taskId: "work",
          operator: "task",
          runtime: "typescript",
          owner: "airflow",
          triggerRule: "all_success",
          retry: { attempts: 0, delaySeconds: 300, backoff: "none", maxDelaySeconds: null, multiplier: 2 },
          pool: "default_pool",
          poolSlots: 1,
          priorityWeight: 1,
          weightRule: "downstream",
          queue: "default",
          doXcomPush: true,
        },
      ],
    });
  });

  it("lays a task's options over the Dag's over Airflow's", () => {
    const dag = new Dag("layers", {
      defaultTask: { owner: "team", retries: { attempts: 2, delay: "30s", backoff: "exponential", maxDelay: "1h" } },
    });
    dag.empty("own", { retries: 1, executionTimeout: { minutes: 1, seconds: 30 }, waitForDownstream: true });
    dag.empty("given");
    const [own, given] = serialize(dag).tasks;
    expect(own).toMatchObject({
      owner: "team",
      executionTimeoutSeconds: 90,
      dependsOnPast: true,
      retry: { attempts: 1, delaySeconds: 300 },
    });
    expect(given).toMatchObject({
      retry: { attempts: 2, delaySeconds: 30, backoff: "exponential", maxDelaySeconds: 3600 },
    });
  });

  it("lays a group's options between a task's and the Dag's, the innermost group's first", () => {
    const dag = new Dag("layers", { defaultTask: { owner: "dag", pool: "dag", queue: "dag" } });
    const outer = dag.taskGroup("outer", { defaultTask: { pool: "outer", queue: "outer" } });
    outer.taskGroup("inner", { defaultTask: { queue: "inner" } }).empty("a");
    outer.empty("b", { pool: "own" });
    expect(serialize(dag).tasks.map(({ owner, pool, queue }) => [owner, pool, queue])).toEqual([
      ["dag", "outer", "inner"],
      ["dag", "own", "outer"],
    ]);
  });

  it("draws a setup's scope between it and its teardown", () => {
    const dag = new Dag("scoped");
    const [make, drop, a] = [dag.empty("make"), dag.empty("drop"), dag.empty("a")];
    const group = dag.taskGroup("g");
    group.empty("first").before(group.empty("last"));
    make.asSetup({ teardown: drop }).scope(a, group);
    const tasks = Object.fromEntries(serialize(dag).tasks.map((task) => [task.taskId, task]));
    expect(tasks.drop).toMatchObject({ isTeardown: true, triggerRule: "all_done_setup_success" });
    expect(tasks.make).toMatchObject({ isSetup: true, triggerRule: "all_success" });
    expect([...tasks.drop!.upstreamTaskIds].sort()).toEqual(["a", "g.last", "make"]);
    expect([tasks.a!.upstreamTaskIds, tasks["g.first"]!.upstreamTaskIds]).toEqual([["make"], ["make"]]);
  });

  it("draws data edges from inputs, also nested ones, and order-only edges beside them", () => {
    const dag = new Dag("edges");
    const a = dag.task("a", () => ({ id: 1 }))();
    const b = dag.empty("b");
    const c = dag.task(
      "c",
      (_inputs: { list: { id: number }[]; plain: string[] }) => 1,
    )({ list: [a, { id: 2 }], plain: ["x"] });
    c.after(b, label("why", a));
    const task = serialize(dag).tasks.find((each) => each.taskId === "c")!;
    expect(task.upstreamTaskIds).toEqual(["a", "b"]);
    expect(task.inputs).toEqual({
      list: {
        kind: "array",
        items: [
          { kind: "xcom", taskId: "a", key: "return_value" },
          { kind: "value", value: { id: 2 } },
        ],
      },
      plain: { kind: "value", value: ["x"] },
    });
    expect(serialize(dag).edgeLabels).toEqual([["a", "c", "why"]]);
  });

  it("resolves groups to their first and last tasks, whatever the order in which edges were drawn", () => {
    const dag = new Dag("grouped");
    const begin = dag.empty("begin");
    const outer = dag.taskGroup("outer", { tooltip: "The outer group" });
    const end = dag.empty("end");
    outer.after(begin).before(end);
    const a = outer.empty("a");
    const inner = outer.taskGroup("inner");
    a.before(label("then", inner));
    inner.empty("b").before(inner.empty("c"));
    const serialized = serialize(dag);
    const upstream = Object.fromEntries(serialized.tasks.map((task) => [task.taskId, task.upstreamTaskIds]));
    expect(upstream).toEqual({
      begin: [],
      end: ["outer.inner.c"],
      "outer.a": ["begin"],
      "outer.inner.b": ["outer.a"],
      "outer.inner.c": ["outer.inner.b"],
    });
    expect(serialized.edgeLabels).toEqual([["outer.a", "outer.inner.b", "then"]]);
    expect(
      serialized.taskGroups.map(({ groupId, parentGroupId, tooltip }) => [groupId, parentGroupId, tooltip]),
    ).toEqual([
      ["outer", null, "The outer group"],
      ["outer.inner", "outer", ""],
    ]);
    expect(serialized.tasks.find((task) => task.taskId === "outer.inner.b")!.taskGroupId).toBe("outer.inner");
  });

  it.each([
    ["@daily", { kind: "cron", expression: "0 0 * * *", timezone: "Europe/Berlin", interval: "point" }],
    ["@once", { kind: "once" }],
    ["@continuous", { kind: "continuous" }],
    ["5 4 * * *", { kind: "cron", expression: "5 4 * * *", timezone: "Europe/Berlin", interval: "point" }],
    [null, { kind: "none" }],
    [
      cron("0  6 * * 1-5", { timezone: "UTC", interval: "data" }),
      { kind: "cron", expression: "0 6 * * 1-5", timezone: "UTC", interval: "data" },
    ],
    [
      dateList("2026-07-01T09:00", "2026-01-01T00:00:00Z", "2026-07-01T07:00:00Z"),
      { kind: "dates", dates: ["2026-01-01T00:00:00.000000Z", "2026-07-01T07:00:00.000000Z"] },
    ],
    [every("1h30m"), { kind: "every", seconds: 5400, interval: "point" }],
    [
      cron(["0 6 * * *", "0 0 L * *"], { width: "1h", runImmediately: true }),
      {
        kind: "crons",
        expressions: ["0 6 * * *", "0 0 L * *"],
        timezone: "Europe/Berlin",
        widthSeconds: 3600,
        runImmediately: true,
      },
    ],
    [
      cron(["0 6 * * MON#2"], { runImmediately: "10m" }),
      { kind: "cron", expression: "0 6 * * MON#2", timezone: "Europe/Berlin", interval: "point", runImmediately: 600 },
    ],
    [every("1d", { width: "2h" }), { kind: "every", seconds: 86_400, interval: "point", widthSeconds: 7200 }],
    [
      timetable({
        name: "own",
        description: "days of ours",
        nextRun: () => null,
        inferManualDataInterval: () => ({ start: "2026-01-01", end: "2026-01-01" }),
      }),
      { kind: "custom", type: "own", data: { description: "days of ours", infers_manual_interval: true } },
    ],
  ] as const)("reads the schedule %j", (schedule, expected) => {
    const dag = new Dag("timed", { schedule, timezone: "Europe/Berlin" });
    dag.empty("a");
    expect(serialize(dag).schedule).toEqual(expected);
  });

  it("allows one active run under @continuous, sixteen under others", () => {
    const of = (schedule: string) => {
      const dag = new Dag("bounded", { schedule });
      dag.empty("a");
      return serialize(dag).maxActiveRuns;
    };
    expect([of("@continuous"), of("@daily")]).toEqual([1, 16]);
  });

  it("reads dates without offset by the Dag's zone, on both sides of a change of clocks", () => {
    const of = (startDate: string) => {
      const dag = new Dag("dated", { startDate, timezone: "Europe/Berlin" });
      dag.empty("a");
      return serialize(dag).startDate;
    };
    expect(of("2026-01-01")).toBe("2025-12-31T23:00:00.000000Z");
    expect(of("2026-07-01")).toBe("2026-06-30T22:00:00.000000Z");
    expect(of("2026-03-29T01:30:00")).toBe("2026-03-29T00:30:00.000000Z");
    expect(of("2026-03-29T04:00:00")).toBe("2026-03-29T02:00:00.000000Z");
    expect(of("2026-01-01T06:00:00.123456+02:00")).toBe("2026-01-01T04:00:00.123456Z");
  });

  it("turns a schema library's object into params, with definitions where they are named", () => {
    const address = z.object({ city: z.string() }).meta({ id: "Address" });
    const dag = new Dag("zod", {
      params: z.object({
        region: z.enum(["eu", "us"]).default("eu").describe("Where"),
        name: z.string().min(1),
        note: z.string().optional(),
        mail: z.email().default("a@b.example"),
        at: z.iso.datetime().default("2026-01-01T00:00:00Z"),
        home: address.default({ city: "Berlin" }),
      }),
    });
    dag.empty("a");
    const { params } = serialize(dag);
    expect(Object.keys(params)).toEqual(["region", "name", "note", "mail", "at", "home"]);
    expect(params.region).toEqual({
      schema: { type: "string", enum: ["eu", "us"], description: "Where" },
      hasDefault: true,
      default: "eu",
      description: "Where",
    });
    expect(params.name).toMatchObject({ hasDefault: false });
    expect(params.name).not.toHaveProperty("optional");
    expect(params.note).toMatchObject({ hasDefault: false, optional: true });
    expect(params.mail!.schema).toMatchObject({ format: "email" });
    expect(params.home!.schema).toHaveProperty("$defs");
  });

  it("drops a library's own pattern that cannot run in linear time, where the format says the same", () => {
    const mail = { type: "string", format: "email", pattern: "^(?!\\.)a@b" };
    const converter = () => ({ type: "object", properties: { mail } });
    const source = {
      "~standard": { version: 1, vendor: "x", jsonSchema: { input: converter, output: converter } },
    } as const;
    const dag = new Dag("library", { params: source });
    dag.empty("a");
    expect(serialize(dag).params.mail!.schema).toEqual({ type: "string", format: "email" });
  });

  it("keeps single params as written", () => {
    const dag = new Dag("single", {
      params: {
        name: requiredParam({ type: "string", title: "Name" }),
        const: param(42, { const: 42 }),
        maybe: param(null, { type: ["null", "string"] }),
        free: "x",
      },
    });
    dag.empty("a");
    expect(serialize(dag).params).toEqual({
      name: { schema: { type: "string", title: "Name" }, hasDefault: false, default: null, description: null },
      const: { schema: { const: 42 }, hasDefault: true, default: 42, description: null },
      maybe: { schema: { type: ["null", "string"] }, hasDefault: true, default: null, description: null },
      free: { schema: {}, hasDefault: true, default: "x", description: null },
    });
  });
});

describe("a Dag with mistakes", () => {
  const breach = (options: object, fill: (dag: Dag) => void = (dag) => void dag.empty("a")): string[] => {
    const dag = new Dag("wrong", options);
    fill(dag);
    return codes(dag);
  };

  it.each([
    [{ schedule: "0 6 * *" }, ["bad_cron"]],
    [{ schedule: "0 6 31 2 *" }, ["bad_cron"]],
    [{ schedule: cron(["0 6 * * *", "0 6 * * 8"]) }, ["bad_cron"]],
    [{ schedule: cron([]) }, ["bad_schedule"]],
    [{ schedule: timetable({ name: "", nextRun: () => null }) }, ["bad_timetable"]],
    [{ schedule: timetable({ name: "own" } as never) }, ["bad_timetable"]],
    [{ schedule: cron(["0 6 * * *", "0 7 * * *"], { interval: "data" }) }, ["bad_schedule"]],
    [{ schedule: cron("0 6 * * *", { interval: "data", width: "1h" }) }, ["bad_schedule"]],
    [{ schedule: cron("0 6 * * *", { width: "an hour" as never }) }, ["bad_duration"]],
    [{ schedule: "@fortnightly" }, ["bad_schedule"]],
    [{ schedule: "@continuous", maxActiveRuns: 2 }, ["bad_option"]],
    [{ schedule: every("5 minutes" as never) }, ["bad_duration"]],
    [{ schedule: cron("0 0 * * *", { timezone: "Europe/Berln" }) }, ["bad_timezone"]],
    [{ timezone: "Mars" }, ["bad_timezone"]],
    [{ startDate: "2026-02-30" }, ["bad_date"]],
    [{ schedule: dateList("2026-02-30") }, ["bad_date"]],
    [{ startDate: "2026-02-02", endDate: "2026-02-01" }, ["bad_option"]],
    [{ dagrunTimeout: 60 }, ["bad_duration"]],
    [{ maxActiveRuns: 0 }, ["bad_option"]],
    [{ tags: "a" }, ["bad_option"]],
    [{ requires: { connection: ["a"] } }, ["unknown_option"]],
    [{ defaultTask: { retry: 1 } }, ["unknown_option"]],
    [{ defaultTask: { retries: { attempts: 1, delay: 5 } } }, ["bad_duration"]],
    [{ params: { a: param("x", { type: "integer" }) } }, ["bad_param_default"]],
    [{ params: { a: param("x", { pattern: "(?=x)" }) } }, ["bad_pattern"]],
    [{ params: { a: param("x", { type: "strange" }) } }, ["bad_params_schema"]],
    [{ params: z.object({ when: z.date() }) }, ["bad_params_schema"]],
    [{ params: z.string() }, ["bad_params_schema"]],
    [{ params: { a: requiredParam({}) }, schedule: "@daily" }, ["required_param_scheduled"]],
  ])("refuses %j", (options, expected) => {
    expect(breach(options)).toEqual(expected);
  });

  it("tells a mistake of the defaults once, however many tasks there are", () => {
    expect(breach({ defaultTask: { executionTimeout: 60 } }, (dag) => void (dag.empty("a"), dag.empty("b")))).toEqual([
      "bad_duration",
    ]);
  });

  it("refuses ids, double ids, double placements, inputs that are no JSON, and tasks of other Dags", () => {
    expect(breach({}, (dag) => void dag.empty("a b"))).toEqual(["bad_id"]);
    expect(breach({}, (dag) => void dag.taskGroup("a.b").empty("c"))).toEqual(["bad_id"]);
    expect(breach({}, (dag) => void (dag.empty("a"), dag.empty("a")))).toEqual(["duplicate_task"]);
    expect(breach({}, (dag) => void dag.task(() => 1)())).toEqual(["task_without_name"]);
    const twice = (dag: Dag): void => {
      const task = dag.task("a", () => 1);
      task();
      task();
    };
    expect(breach({}, twice)).toEqual(["task_placed_twice"]);
    const given = (value: unknown) => (dag: Dag) => void dag.task("a", (_inputs: { x: unknown }) => 1)({ x: value });
    expect(
      breach(
        {},
        given(() => 1),
      ),
    ).toEqual(["input_not_json"]);
    expect(breach({}, given({ deep: [new Map()] }))).toEqual(["input_not_json"]);
    expect(breach({}, given(new Dag("other").empty("x")))).toEqual(["foreign_task"]);
  });

  it("refuses mappings that cannot be, and elements outside of their group", () => {
    const task = (dag: Dag) => dag.task("a", (_: { x: number; y?: number }) => 1);
    expect(breach({}, (dag) => void task(dag).expand({} as never))).toEqual(["bad_expand"]);
    expect(breach({}, (dag) => void task(dag).expand({ x: 3 } as never))).toEqual(["bad_expand"]);
    expect(breach({}, (dag) => void task(dag).expandKwargs({ x: 3 } as never))).toEqual(["bad_expand"]);
    expect(
      breach(
        {},
        (dag) =>
          void task(dag)
            .partial({ x: 1 })
            .expand({ x: [1] } as never),
      ),
    ).toEqual(["bad_expand"]);
    expect(breach({}, (dag) => void task(dag).expand({ x: [1, 2], y: [] }))).toEqual([]);
    const outside = (dag: Dag): void => {
      dag.taskGroup("g").expand({ x: [1] }, (group, { x }) => {
        group.taskGroup("inner").task("in", (_: { x: number }) => 1)({ x });
        task(dag)({ x });
      });
    };
    expect(breach({}, outside)).toEqual(["mapped_outside_group"]);
    const nested = (dag: Dag): void => {
      dag
        .taskGroup("g")
        .expand({ x: [1] }, (group) => void group.task("in", (_: { y: number }) => 1).expand({ y: [1] }));
    };
    expect(breach({}, nested)).toEqual(["bad_option"]);
  });

  it("refuses deciders that decide twice or nothing, setups that tear down, and sensors that cannot wait", () => {
    const twice = (dag: Dag): void => {
      const decide = dag.task("a", () => true)();
      dag.if(decide).then(dag.empty("b"));
      dag.if(decide).then(dag.empty("c"));
    };
    expect(breach({}, twice)).toEqual(["bad_decider"]);
    expect(breach({}, (dag) => void dag.if(dag.empty("a")).then(dag.empty("b")))).toEqual(["bad_decider"]);
    expect(breach({}, (dag) => void dag.empty("a").asSetup().asTeardown())).toEqual(["setup_and_teardown"]);
    const anyway = (dag: Dag): void => {
      dag.empty("a").asTeardown();
      dag.empty("b", { triggerRule: "all_done" });
    };
    expect(breach({ failFast: true }, anyway)).toEqual(["fail_fast_trigger_rule"]);
    expect(breach({ failFast: false }, anyway)).toEqual([]);
    const sensor = (options: object) => (dag: Dag) => void dag.sensor("a", () => true, options);
    const at = (moment: unknown) => (dag: Dag) => void dag.timeSensor("a", { at: moment as string });
    expect(breach({}, at("2026-01-01T06:00:00"))).toEqual(["bad_date"]);
    expect(breach({}, at(undefined))).toEqual(["bad_date"]);
    expect(breach({}, at("2026-01-01T06:00:00+01:00"))).toEqual([]);
    expect(breach({}, (dag) => void dag.fileSensor("a", {} as never))).toEqual(["bad_option"]);
    expect(breach({}, sensor({ mode: "push" }))).toEqual(["bad_option"]);
    expect(breach({}, sensor({ interval: 5 }))).toEqual(["bad_duration"]);
    expect(breach({}, sensor({ intervall: "5m" }))).toEqual(["unknown_option"]);
  });

  it("tells a mistake of a group's defaults once", () => {
    const wrong = (dag: Dag): void => {
      const group = dag.taskGroup("g", { defaultTask: { pool: 3 } as never });
      group.empty("a");
      group.empty("b");
    };
    expect(breach({}, wrong)).toEqual(["bad_option"]);
  });

  it("names the tasks of a cycle in the order of its edges", () => {
    const dag = new Dag("cyclic");
    const [a, b, c] = [dag.empty("a"), dag.empty("b"), dag.empty("c")];
    a.before(b);
    b.before(c);
    c.before(a);
    const [error] = run(dag as unknown as Dag<never>).errors;
    expect(error).toMatchObject({ code: "dag_file.cycle" });
    expect(error!.reason).toMatch(/(a -> b -> c -> a|b -> c -> a -> b|c -> a -> b -> c)/);
  });
});

describe("the format", () => {
  const { validate } = compileParam(SERIALIZED_DAG_SCHEMA);

  it("is that of the contract's JSON Schema", () => {
    const dag = new Dag("whole", {
      schedule: every("15m"),
      startDate: "2026-01-01",
      params: { note: param("x", { type: "string" }), n: param(1, {}) },
      requires: { connections: ["db"], env: ["REGION"] },
      accessControl: { analysts: ["can_read"] },
      ownerLinks: { team: "mailto:team@example.org" },
      allowedRunTypes: ["manual"],
    });
    const group = dag.taskGroup("g");
    const bash = group.bash("say", { argv: ["echo", ({ runId }) => runId], env: { A: 1 } });
    const sql = group.sql("ask", { connection: "db", statement: "select $1", parameters: [bash] });
    dag.task("take", (_inputs: { rows: object[] }) => 1, { retries: 2 })({ rows: sql });
    const each = dag.task("each", ({ n }: { n: number; pair?: [number, string] }) => n);
    const mapped = each.expand({ n: concat([1], [2]), pair: zip([1], ["a"]) });
    dag.task("kwargs", (_: { n: number }) => 1).expandKwargs([{ n: 1 }]);
    dag
      .taskGroup("m")
      .expand({ n: mapped }, (inside, { n }) => void inside.task("one", (_: { n: number }) => 1)({ n }));
    dag.if(dag.task("decide", () => true)()).then(dag.latestOnly("latest"));
    dag.sensor("there", () => true, { mode: "reschedule" });
    expect(validate!(serialize(dag))).toEqual([]);
    expect(serialize(dag).tasks[0]!.templateFields).toEqual({
      argv: ["echo", "(computed when the task runs)"],
      env: { A: 1 },
    });
  });
});
