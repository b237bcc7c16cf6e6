import { type JsonValue, putTogether, type SerializedInput, type SerializedTask } from "@windlass/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRun, makeTask } from "../test-support/make-run.ts";
import { lateInputs } from "./late-inputs.ts";
import { type InputScope, resolveInputs, type XcomReference } from "./resolve-inputs.ts";

const MAPPED = 3;
const upstream = ["list", "entries", "text", "mapped"];

/** What each task left, by task and map index. */
const xcoms = fc.record({
  list: fc.option(fc.array(fc.integer(), { maxLength: 4 }), { nil: undefined }),
  entries: fc.dictionary(fc.constantFrom("a", "b"), fc.integer()),
  text: fc.string(),
  mapped: fc.array(fc.option(fc.array(fc.integer(), { maxLength: 3 }), { nil: undefined }), {
    minLength: MAPPED,
    maxLength: MAPPED,
  }),
});

const inputs = fc.letrec<{ input: SerializedInput }>((tie) => ({
  input: fc.oneof(
    { depthSize: "small" },
    fc.record({ kind: fc.constant("value" as const), value: fc.constantFrom<JsonValue>(1, "x", [1, 2], { k: [3] }) }),
    fc.record({
      kind: fc.constant("xcom" as const),
      taskId: fc.constantFrom(...upstream),
      key: fc.constant("return_value"),
    }),
    fc.record({ kind: fc.constant("array" as const), items: fc.array(tie("input"), { maxLength: 3 }) }),
    fc.record({
      kind: fc.constant("object" as const),
      entries: fc.dictionary(fc.constantFrom("a", "b"), tie("input")),
    }),
    fc.record({ kind: fc.constant("concat" as const), sources: fc.array(tie("input"), { maxLength: 3 }) }),
    fc.record(
      {
        kind: fc.constant("zip" as const),
        sources: fc.array(tie("input"), { maxLength: 3 }),
        fill: fc.constant<JsonValue>("fill"),
      },
      { requiredKeys: ["kind", "sources"] },
    ),
  ),
})).input;

function scopeOf(task: SerializedTask, mapIndex: number): InputScope {
  const mapped = makeTask("mapped", [], {
    expand: { kind: "product", arguments: { of: { kind: "value", value: [0, 1, 2] } } },
  });
  const others = ["list", "entries", "text"].map((id) => makeTask(id));
  const { graph } = makeRun([...others, mapped, task]);
  const own = graph.tasks.get(task.taskId);
  if (own === undefined) throw new RangeError("the task is in its Dag");
  return { graph, task: own, mapIndex, indexesOf: (id) => (id === "mapped" ? [0, 1, 2] : [-1]) };
}

type Left = typeof xcoms extends fc.Arbitrary<infer T> ? T : never;

function find(left: Left, { taskId, mapIndex }: XcomReference): JsonValue | undefined {
  return taskId === "mapped" ? left.mapped[mapIndex] : (left as unknown as Record<string, JsonValue>)[taskId];
}

/** Puts late inputs together as a runner does, where some of the XComs lie elsewhere. */
function later(scope: InputScope, left: Left, isElsewhere: (reference: XcomReference) => boolean): unknown {
  const kept: JsonValue[] = [];
  const late = lateInputs(scope, (reference) => {
    const value = find(left, reference);
    if (value === undefined || !isElsewhere(reference)) return value === undefined ? undefined : { value };
    const length =
      typeof value === "object" && value !== null ? (Array.isArray(value) ? value : Object.keys(value)).length : null;
    return { at: kept.push(value) - 1, length };
  });
  return putTogether({ ...late, kept: [] }, kept, () => null);
}

describe("inputs that are put together where the task runs", () => {
  it("are those that are put together at once, wherever the values lie", () => {
    fc.assert(
      fc.property(xcoms, inputs, fc.subarray(upstream), (left, input, elsewhere) => {
        const scope = scopeOf(makeTask("reads", upstream, { inputs: { given: input } }), -1);
        const isElsewhere = ({ taskId }: XcomReference): boolean => elsewhere.includes(taskId);
        expect(later(scope, left, isElsewhere)).toEqual(resolveInputs(scope, (reference) => find(left, reference)));
      }),
      { numRuns: 300 },
    );
  });

  it("are so for each instance of a mapping, over several arguments and over objects", () => {
    fc.assert(
      fc.property(xcoms, inputs, inputs, fc.nat(5), fc.boolean(), (left, a, b, mapIndex, isKwargs) => {
        const expand = isKwargs
          ? ({ kind: "kwargs", source: { kind: "array", items: [{ kind: "object", entries: { a, b } }, a] } } as const)
          : ({ kind: "product", arguments: { a, b } } as const);
        const task = makeTask("reads", upstream, { expand, inputs: { c: { kind: "value", value: 1 } } });
        const scope = scopeOf(task, mapIndex);
        expect(later(scope, left, () => true)).toEqual(resolveInputs(scope, (reference) => find(left, reference)));
      }),
      { numRuns: 300 },
    );
  });
});
