import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { concat, Dag, getContext, type JsonValue, param, requiredParam, type TaskRef, zip } from "../index.ts";

interface Row {
  id: number;
  name: string;
}

describe("the compiler", () => {
  it("carries a task's result type to the handler that takes it", () => {
    const dag = new Dag("types");
    const extract = dag.task("extract", async (): Promise<Row[]> => []);
    const load = dag.task("load", ({ rows, limit }: { rows: Row[]; limit?: number }) => rows.length + (limit ?? 0));
    const rows = extract();
    expectTypeOf(rows).toEqualTypeOf<TaskRef<Row[]>>();
    expectTypeOf(load({ rows, limit: 3 })).toEqualTypeOf<TaskRef<number>>();
    load({ rows: [{ id: 1, name: "literal" }] });
    const name = dag.task("name", () => "Ada")();
    load({ rows: [{ id: 1, name }] });
    // @ts-expect-error: a text is no list of rows
    load({ rows: name });
    // @ts-expect-error: the input is needed
    load({});
    // @ts-expect-error: the inputs are needed
    load();
    // @ts-expect-error: there is no such input
    load({ rows, limits: 3 });
    // @ts-expect-error: the handler takes no inputs
    extract({ rows });
  });

  it("carries the type of an element to the argument that is mapped, and gives others the list", () => {
    const dag = new Dag("mapping");
    const users = dag.task("users", (): Row[] => [])();
    const send = dag.task("send", ({ user }: { user: Row; subject: string }) => user.id);
    const sent = send.partial({ subject: "hi" }).expand({ user: users });
    expectTypeOf(sent).toEqualTypeOf<TaskRef<number[]>>();
    dag.task("sum", (_: { ids: number[] }) => 0)({ ids: sent });
    const one = dag.task("one", (_: { n: number }) => "x");
    one.expand({ n: [1, 2] });
    one.expand({ n: concat([1], sent) });
    one.expandKwargs([{ n: 1 }]);
    dag.task("pair", (_: { pair: readonly [number, string, Row] }) => 1).expand({ pair: zip([1], ["a"], users) });
    dag.task("entry", (_: { entry: readonly [string, number] }) => 1).expand({ entry: { a: 1 } });
    // @ts-expect-error: texts are no numbers
    one.expand({ n: ["1"] });
    // @ts-expect-error: users are no numbers
    one.expand({ n: users });
    // @ts-expect-error: nothing gives the subject
    send.expand({ user: users });
    // @ts-expect-error: there is no such argument
    send.partial({ subjects: "hi" });
    // @ts-expect-error: mapped elements are numbers
    one.expandKwargs([{ n: "1" }]);
    dag.taskGroup("shop").expand({ id: [1, 2], user: users }, (group, { id, user }) => {
      group.task("use", (_: { id: number; user: Row }) => 1)({ id, user });
      // @ts-expect-error: the element is a number
      group.task("misuse", (_: { id: string }) => 1)({ id });
    });
  });

  it("takes JSON of whatever shape as it is", () => {
    const dag = new Dag("any_json");
    const given = dag.task("given", (_, { dagRun }) => dagRun.conf.kind ?? null)();
    expectTypeOf(given).toEqualTypeOf<TaskRef<JsonValue>>();
    dag.switch(given).case("a", dag.empty("a")).otherwise(dag.empty("b"));
  });

  it("knows that an XCom is JSON", () => {
    const dag = new Dag("json");
    const when = dag.task("when", () => ({ at: new Date(), none: undefined }))();
    expectTypeOf(when).toEqualTypeOf<TaskRef<{ at: string; none: null }>>();
    const nothing = dag.task("nothing", () => undefined)();
    expectTypeOf(nothing).toEqualTypeOf<TaskRef<null>>();
    const takesDate = dag.task("takes", ({ at }: { at: Date }) => at.getTime());
    const gives = dag.task("gives", () => new Date());
    // @ts-expect-error: a date arrives as text
    takesDate({ at: gives() });
  });

  it("gives params their types, in the context and in the handler's second argument", () => {
    const dag = new Dag("zod", {
      params: z.object({ region: z.enum(["eu", "us"]).default("eu"), limit: z.number().int().optional() }),
    });
    dag.task("a", () => {
      const { params } = getContext<typeof dag>();
      expectTypeOf(params).toEqualTypeOf<{ region: "eu" | "us"; limit?: number | undefined }>();
    })();
    dag.task("b", (_inputs, { params, signal }) => {
      expectTypeOf(params.region).toEqualTypeOf<"eu" | "us">();
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
    })();
    dag.task(function c(_inputs, { params }) {
      expectTypeOf(params.region).toEqualTypeOf<"eu" | "us">();
    })();
    // @ts-expect-error: no such region
    void (() => dag.test({ params: { region: "mars" } }));
  });

  it("reads params out of single params and JSON Schemas", () => {
    const single = new Dag("single", {
      params: {
        name: requiredParam({ type: "string" }),
        count: param(3, { type: "integer", minimum: 1 }),
        color: param("red", { enum: ["red", "green"] }),
        maybe: param(null, { type: ["null", "string"] }),
        free: "anything",
      },
    });
    single.task("a", (_inputs, { params }) => {
      expectTypeOf(params.name).toEqualTypeOf<string>();
      expectTypeOf(params.count).toEqualTypeOf<number>();
      expectTypeOf(params.color).toEqualTypeOf<"red" | "green">();
      expectTypeOf(params.maybe).toEqualTypeOf<string | null>();
      expectTypeOf(params.free).toEqualTypeOf<string>();
    })();
    const schema = new Dag("schema", {
      params: { type: "object", properties: { list: { type: "array", items: { type: "string" } } } },
    });
    schema.task("a", (_inputs, { params }) => {
      expectTypeOf(params.list).toEqualTypeOf<string[]>();
    })();
    const none = new Dag("none");
    none.task("a", (_inputs, { params }) => {
      expectTypeOf(params).toEqualTypeOf<Record<string, unknown>>();
    })();
  });

  it("knows the options' names and values", () => {
    const dag = new Dag("options", { schedule: "@daily" });
    // @ts-expect-error: snake_case is Python's
    new Dag("wrong", { max_active_runs: 1 });
    // @ts-expect-error: a bare number is no duration
    dag.empty("a", { executionTimeout: 300 });
    dag.empty("b", { executionTimeout: "1h30m", triggerRule: "all_done" });
    // @ts-expect-error: no such rule
    dag.empty("c", { triggerRule: "all_don" });
    // @ts-expect-error: a script or an argv, not both
    dag.bash("d", { script: "true", argv: ["true"] });
  });
});
