import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ActionContext, closeActionContext, createActionContext } from "@windlass/core/actions";
import { runtimePaths } from "@windlass/sdk/runtime";
import { expect, it } from "vitest";
import { testEngine, type TestEngine } from "../../../core/test-support/test-engine.ts";

const DAGS = `
import { Dag, getContext } from "windlass";
export const child = new Dag("child");
child.task("tell", () => getContext().dagRun.conf)();
export const parent = new Dag("parent");
const regions = parent.task("regions", () => ["eu", "us", "$(id)"])();
parent.taskGroup("each").expand({ region: regions }, (group, { region }) => {
  const upper = group.bash("upper", { script: 'echo "\${REGION^^}"', env: { REGION: region } });
  group.triggerDagRun("call", { dagId: "child", conf: { region, upper }, wait: "deferred" });
});
`;

it("runs a command and makes a run of another Dag for each element of a mapped group, at the same time", async () => {
  const folder = mkdtempSync(join(tmpdir(), "windlass-mapped-"));
  mkdirSync(join(folder, "dags"));
  writeFileSync(join(folder, "dags/all.ts"), DAGS);
  let actions: ActionContext | undefined;
  const test: TestEngine = await testEngine({
    runnerPath: runtimePaths.runner,
    parserPath: runtimePaths.parser,
    dagsFolder: join(folder, "dags"),
    environment: { PATH: process.env.PATH },
    // Made once a task asks: then the engine is there.
    actions: () =>
      (actions ??= createActionContext({
        database: test.database,
        clock: test.clock,
        installationSecret: "test",
        signals: test.engine.signals,
      })),
  });
  try {
    await test.engine.dagProcessor.runOnce();
    const run = await test.trigger("parent");
    expect(await test.over(run)).toMatchObject({ state: "success", tasks: { "each.call": "success" } });
    const said = await test.database.query<{ value: string }>(
      `select x.value from task_instance t join xcom x on x.task_instance_id = t.id
       where t.dag_run_id = $1 and t.task_id = 'each.upper' order by t.map_index`,
      [run],
    );
    expect(said.map(({ value }) => value)).toEqual(["EU", "US", "$(ID)"]);
    const made = await test.database.query<{ state: string; conf: { region: string } }>(
      "select state, conf from dag_run where dag_id = 'child' order by conf ->> 'upper' collate \"C\"",
    );
    expect(made).toEqual([
      { state: "success", conf: { region: "$(id)", upper: "$(ID)" } },
      { state: "success", conf: { region: "eu", upper: "EU" } },
      { state: "success", conf: { region: "us", upper: "US" } },
    ]);
    expect(await test.violations()).toEqual([]);
    expect(test.problems).toEqual([]);
  } finally {
    if (actions) await closeActionContext(actions);
    await test[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
});
