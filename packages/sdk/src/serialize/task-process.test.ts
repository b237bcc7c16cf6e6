import { describe, expect, it } from "vitest";
import { SERIALIZED_DAG_SCHEMA } from "@windlass/contract/serialized-dag";
import { compileParam } from "@windlass/contract/params";
import { definitionOf } from "../authoring/definition.ts";
import { Dag } from "../index.ts";
import { serializeDag } from "./dag.ts";

describe("a task's own environment and bounds", () => {
  it("are data: values and names, bytes", () => {
    const dag = new Dag("own", { requires: { env: ["A"] }, defaultTask: { env: { SHARED: "1" } } });
    dag.task("it", () => 1, { env: { B: "x", C: { fromEnv: "A" } }, resources: { memory: "1.5GB", nice: 3 } })();
    dag.task("usual", () => 1)();
    dag.bash("command", { script: "true", env: { N: ({ tryNumber }) => tryNumber } });
    const { dag: serialized } = serializeDag(definitionOf(dag), "x.ts");
    expect(compileParam(SERIALIZED_DAG_SCHEMA).validate?.(serialized as never)).toEqual([]);
    expect(serialized?.tasks.map(({ env, resources }) => ({ env, resources }))).toEqual([
      {
        env: { B: { value: "x" }, C: { fromEnv: "A" } },
        resources: { memoryBytes: 1_610_612_736, nice: 3 },
      },
      { env: { SHARED: { value: "1" } }, resources: undefined },
      { env: { SHARED: { value: "1" } }, resources: undefined },
    ]);
  });

  it("are refused at load where a name is not required, a size is none or too small, or an option is unknown", () => {
    const dag = new Dag("wrong", { requires: { env: ["A"] } });
    dag.task("other", () => 1, { env: { B: { fromEnv: "NOT_THERE" } } })();
    dag.task("number", () => 1, { env: { B: 1 as never } })();
    dag.task("size", () => 1, { resources: { memory: "32MB" } })();
    dag.task("unit", () => 1, { resources: { memory: "1TB" as never } })();
    dag.task("nice", () => 1, { resources: { nice: 20 } })();
    dag.task("cpu", () => 1, { resources: { cpu: 1 } as never })();
    const { errors } = serializeDag(definitionOf(dag), "x.ts");
    expect(
      errors.map(({ code, reason }) => [code.replace("dag_file.", ""), /the task (\w+)/.exec(reason)?.[1]]),
    ).toEqual([
      ["bad_option", "other"],
      ["bad_option", "number"],
      ["bad_option", "size"],
      ["bad_option", "unit"],
      ["bad_option", "nice"],
      ["unknown_option", "cpu"],
    ]);
  });
});
