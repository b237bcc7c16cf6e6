import { InvariantError } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { buildGraph } from "./graph.ts";
import { makeDag, makeTask } from "./test-support/make-run.ts";

describe("the graph of a Dag", () => {
  it("orders every task behind its upstream, otherwise as in the file", () => {
    const graph = buildGraph(
      makeDag([makeTask("last", ["b", "a"]), makeTask("b", ["first"]), makeTask("a", ["first"]), makeTask("first")]),
    );
    expect(graph.order).toEqual(["first", "b", "a", "last"]);
    expect(graph.downstream.get("first")).toEqual(["b", "a"]);
    expect(graph.position.get("last")).toBe(3);
  });

  it("sums the weights of everything below a task once, as recorded of Airflow's Dag `branching`", () => {
    const graph = buildGraph(
      makeDag([
        makeTask("choose"),
        makeTask("left", ["choose"]),
        makeTask("right", ["choose"]),
        makeTask("join", ["left", "right"]),
        makeTask("strict", ["left", "right"]),
      ]),
    );
    expect(Object.fromEntries(graph.effectiveWeight)).toEqual({ choose: 5, left: 3, right: 3, join: 1, strict: 1 });
  });

  it("sums upwards under the rule `upstream` and leaves `absolute` weights alone", () => {
    const upwards = { weightRule: "upstream", priorityWeight: 2 } as const;
    const graph = buildGraph(
      makeDag([
        makeTask("a", [], { ...upwards }),
        makeTask("b", ["a"], { ...upwards }),
        makeTask("c", ["a"], { ...upwards }),
        makeTask("d", ["b", "c"], { ...upwards }),
        makeTask("e", ["d"], { weightRule: "absolute", priorityWeight: 7 }),
      ]),
    );
    expect(Object.fromEntries(graph.effectiveWeight)).toEqual({ a: 2, b: 4, c: 4, d: 8, e: 7 });
  });

  it("cuts weights to what Airflow's column holds", () => {
    const heavy = { priorityWeight: 2_000_000_000 };
    const graph = buildGraph(makeDag([makeTask("a", [], heavy), makeTask("b", ["a"], heavy)]));
    expect(graph.effectiveWeight.get("a")).toBe(2_147_483_647);
  });

  it("lets leaves decide the run, and teardowns only where they are told to", () => {
    const tasks = [makeTask("work"), makeTask("drop", ["work"], { isTeardown: true })];
    expect(buildGraph(makeDag(tasks)).deciding).toEqual(["work"]);
    const strict = [makeTask("work"), makeTask("drop", ["work"], { isTeardown: true, onFailureFailDagRun: true })];
    expect(buildGraph(makeDag(strict)).deciding).toEqual(["drop"]);
    expect(buildGraph(makeDag([makeTask("drop", [], { isTeardown: true })])).deciding).toEqual(["drop"]);
  });

  it("is not built of a cycle or of an upstream that does not exist: loading the file refuses those", () => {
    expect(() => buildGraph(makeDag([makeTask("a", ["b"]), makeTask("b", ["a"])]))).toThrow(InvariantError);
    expect(() => buildGraph(makeDag([makeTask("a", ["nobody"])]))).toThrow(InvariantError);
  });

  it("is built of a chain of ten thousand tasks", () => {
    const chain = Array.from({ length: 10_000 }, (_, index) =>
      makeTask(`t${index}`, index === 0 ? [] : [`t${index - 1}`]),
    );
    const graph = buildGraph(makeDag(chain));
    expect(graph.effectiveWeight.get("t0")).toBe(10_000);
  });
});
