import type { Sql } from "@windlass/core/database";
import { testDag, testTask } from "@windlass/core/test-support";
import { describe, expect, it } from "vitest";
import { testEngine } from "../../test-support/test-engine.ts";
import { buildGraph } from "../domain/graph.ts";
import { loadRuns } from "./load-run.ts";

describe("a run that is loaded while somebody changes it", () => {
  it.each(["from dag_run r join dag", "left join task_instance"])(
    "is as of one moment where the change comes before the statement `%s`",
    async (late) => {
      const test = await testEngine();
      await using _ = test;
      const dag = testDag("grows", [testTask("t0"), testTask("t1")]);
      await test.store(dag);
      const run = await test.trigger("grows", {});
      await test.over(run);
      let isChanged = false;
      const change = async (): Promise<void> => {
        if (isChanged) return;
        isChanged = true;
        await test.database.transaction(async (tx) => {
          await tx.execute("update dag_run set version = version + 1 where id = $1", [run]);
          await tx.execute("update task_instance set note = 'changed', max_tries = 7 where dag_run_id = $1", [run]);
        });
      };
      // The two statements of a load travel on two connections: one of them arrives late.
      let others = Promise.resolve<unknown>(undefined);
      const sql: Sql = {
        execute: (text, params) => test.database.execute(text, params),
        query: async <Row>(text: string, params?: readonly unknown[]) => {
          if (isChanged || !text.includes(late)) {
            const answer = test.database.query<Row>(text, params);
            others = answer;
            return answer;
          }
          await Promise.resolve();
          await others;
          await change();
          return test.database.query<Row>(text, params);
        },
      };
      const [loaded] = await loadRuns(sql, [run], async (ids) => new Map(ids.map((id) => [id, buildGraph(dag)])));
      const [row] = await test.database.query<{ version: number }>("select version from dag_run where id = $1", [run]);
      expect(isChanged).toBe(true);
      expect(loaded?.snapshot.version).toBe(row?.version);
      expect(loaded?.snapshot.taskInstances.map((each) => each.maxTries)).toEqual([7, 7]);
    },
  );
});
