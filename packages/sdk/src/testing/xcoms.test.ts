import type { RefusalError } from "@windlass/contract";
import { describe, expect, it } from "vitest";
import { Dag, getClient, lazy, type LazySequence } from "../index.ts";

describe("XComs under dag.test", () => {
  it("give a task the results of a mapped one as far as it uses them", async () => {
    const dag = new Dag("lazily");
    const sizes = dag
      .task("measure", ({ n }: { n: number }) => (n % 2 === 0 ? n * 10 : undefined))
      .expand({ n: Array.from({ length: 250 }, (_, at) => at) });
    const sum = dag.task(
      "sum",
      async ({ all, named }: { all: LazySequence<number | null>; named: { it: LazySequence<number | null> } }) => {
        let total = 0;
        for await (const each of all) total += each ?? 0;
        return [
          total,
          await all.length(),
          await all.at(1),
          await all.at(-1),
          await all.at(125),
          await all.at(-126),
          await named.it.slice(-2),
          await all.slice(1, -122),
          (await all.slice()).length,
        ];
      },
    );
    const results = lazy(sizes);
    sum({ all: results, named: { it: results } });
    const { state, xcoms } = await dag.test();
    expect(state).toBe("success");
    expect(xcoms.sum?.return_value).toEqual([155_000, 125, 20, 2_480, null, null, [2_460, 2_480], [20, 40], 125]);
  });

  it("are read by the client, also as a sequence, and refused where they are too large", async () => {
    const dag = new Dag("client");
    const each = dag.task("each", ({ n }: { n: number }) => n).expand({ n: [3, 4] });
    const reads = dag.task("reads", async () => {
      const client = getClient();
      await client.setXcom("note", { a: [1] });
      const values: number[] = [];
      for await (const value of client.getXcoms<number>({ taskId: "each" })) values.push(value);
      return [
        values,
        await client.getXcom({ taskId: "each", mapIndex: 1 }),
        await client.getXcom({ taskId: "reads", key: "note" }),
      ];
    })();
    const large = dag.task("large", () => getClient().setXcom("big", "x".repeat(300_000)), { retries: 2 })();
    each.before(reads, large);
    const { xcoms, taskInstances } = await dag.test();
    expect(xcoms.reads?.return_value).toEqual([[3, 4], 4, { a: [1] }]);
    const failed = taskInstances.find((one) => one.taskId === "large");
    expect(failed).toMatchObject({ state: "failed", tryNumber: 1 });
    expect(failed?.error?.message).toMatch(/300002 bytes as XCom; 262144 are allowed/);
  });

  it("are lazy only where there are several, and never what is mapped over", async () => {
    const dag = new Dag("wrong");
    const one = dag.task("one", () => [1])();
    const many = dag.task("many", ({ n }: { n: number }) => n).expand({ n: [1] });
    dag.task("reads", (_: { rows: LazySequence<number> }) => 1)({ rows: lazy(one) });
    dag.task("maps", (_: { row: number }) => 1).expand({ row: lazy(many) as never });
    const problem: unknown = await dag.test().catch((thrown: unknown) => thrown);
    expect((problem as RefusalError).refusals.map((each) => each.code)).toEqual([
      "dag_file.input_not_json",
      "dag_file.bad_expand",
    ]);
  });
});
