import type { SerializedInput } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { testTask } from "../../../test-support/dag.ts";
import { inputReferences, resolveInputs } from "./resolve-inputs.ts";

const xcom = (taskId: string): SerializedInput => ({ kind: "xcom", taskId, key: "return_value" });

describe("a task's inputs", () => {
  const task = testTask("t", {
    inputs: {
      plain: { kind: "value", value: { a: 1 } },
      direct: xcom("a"),
      nested: { kind: "object", entries: { list: { kind: "array", items: [xcom("b"), { kind: "value", value: 2 }] } } },
    },
  });

  it("refer to XComs, also inside values", () => {
    expect(inputReferences(task).map((each) => each.taskId)).toEqual(["a", "b"]);
  });

  it("take the XComs' values, and null where there is none", () => {
    const values = resolveInputs(task, ({ taskId }) => (taskId === "a" ? "from a" : undefined));
    expect(values).toEqual({ plain: { a: 1 }, direct: "from a", nested: { list: [null, 2] } });
  });
});
