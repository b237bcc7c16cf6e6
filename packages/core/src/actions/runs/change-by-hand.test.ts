import { RefusalError } from "@windlass/contract";
import { testChain, testDag } from "@windlass/core/test-support";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findViolations } from "../../store/invariants.ts";
import type { Action } from "../action.ts";
import { deleteDag } from "../dags/delete-dag.ts";
import { patchDag } from "../dags/patch-dag.ts";
import { patchDags } from "../dags/patch-dags.ts";
import { perform } from "../perform.ts";
import type { ActionRequest } from "../request.ts";
import { type ActionBench, actionBench } from "../test-support/action-bench.ts";
import { deleteRun } from "./delete-run.ts";
import { patchRun } from "./patch-run.ts";
import { triggerRun } from "./trigger-run.ts";

let bench: ActionBench;
beforeEach(async () => {
  bench = await actionBench();
  await bench.store(testDag("chain", testChain(3)));
});
afterEach(async () => {
  expect(await findViolations(bench.test.database)).toEqual([]);
  await bench.drop();
});

async function done<I, P, R>(
  action: Action<I, P, R>,
  input: I,
  more: Partial<ActionRequest> = {},
  userName = "user",
): Promise<R> {
  return (await perform(bench.context, await bench.request(userName, more), action, input)).result;
}

async function codes<I, P, R>(
  action: Action<I, P, R>,
  input: I,
  more: Partial<ActionRequest> = {},
  userName = "user",
): Promise<string[]> {
  const error: unknown = await done(action, input, more, userName).catch((thrown: unknown) => thrown);
  if (!(error instanceof RefusalError)) throw error instanceof Error ? error : new TypeError("it was not refused");
  return error.refusals.map(({ code }) => code);
}

const run = () => done(triggerRun, { dagId: "chain", dagRunId: "r1", logicalDate: null });
const states = async (): Promise<unknown> =>
  (await bench.test.database.query<{ state: string }>("select state from task_instance order by id")).map(
    ({ state }) => state,
  );

describe("a run changed by hand", () => {
  it("gets the state with everything that follows for its task instances", async () => {
    await run();
    expect(await done(patchRun, { dagId: "chain", runId: "r1", state: "success" })).toMatchObject({ state: "success" });
    expect(await states()).toEqual(["skipped", "skipped", "skipped"]);
    await done(patchRun, { dagId: "chain", runId: "r1", state: "queued" });
    expect(await states()).toEqual(["skipped", "skipped", "skipped"]);
    await done(patchRun, { dagId: "chain", runId: "r1", state: "failed" });
    expect(await states()).toEqual(["skipped", "skipped", "skipped"]);
    expect(
      await bench.test.database.query("select extra from audit_log where action = 'patch_dag_run' order by id"),
    ).toMatchObject([{ extra: { state: ["queued", "success"] } }, {}, {}]);
    expect(bench.heard.filter((each) => each === "runChanged")).toHaveLength(3);
  });

  it("gets a note, but not too long a one", async () => {
    await run();
    expect(await done(patchRun, { dagId: "chain", runId: "r1", note: "see ticket 7" })).toMatchObject({
      note: "see ticket 7",
      state: "queued",
    });
    expect(await codes(patchRun, { dagId: "chain", runId: "r1", note: "x".repeat(1001) })).toEqual([
      "limit.note_length",
    ]);
  });

  it("is named with the nearest id where there is none", async () => {
    await run();
    await expect(done(patchRun, { dagId: "chain", runId: "r2", state: "failed" })).rejects.toMatchObject({
      refusals: [{ code: "run.unknown", reason: expect.stringContaining("Did you mean r1?") as string }],
    });
  });

  it("is deleted; a running one only on v1, and its attempts end", async () => {
    await run();
    await bench.test.database.execute("update dag_run set state = 'running', start_date = now()");
    await bench.test.database.execute(
      "update task_instance set state = 'running', lease_until = now() where task_id = 't0'",
    );
    expect(await codes(deleteRun, { dagId: "chain", runId: "r1" })).toEqual(["run.running_cannot_delete"]);
    await done(deleteRun, { dagId: "chain", runId: "r1" }, { dialect: "v1", door: "v1" });
    expect(bench.heard).toContain("cancelAttempts:1");
    expect(await codes(deleteRun, { dagId: "chain", runId: "r1" })).toEqual(["run.unknown"]);
  });
});

describe("a Dag changed by hand", () => {
  it("is paused and unpaused, also by somebody who may only edit this one", async () => {
    expect(await done(patchDag, { dagId: "simple", isPaused: true }, {}, "only_simple")).toEqual({
      dagId: "simple",
      isPaused: true,
    });
    const { warnings } = await perform(bench.context, await bench.request("user"), triggerRun, {
      dagId: "simple",
      logicalDate: null,
    });
    expect(warnings.map(({ code }) => code)).toEqual(["dag_paused"]);
    expect(await codes(patchDag, { dagId: "chain", isPaused: true }, {}, "only_simple")).toEqual([
      "permission.missing",
    ]);
    expect(bench.heard).toContain("dagChanged:simple");
  });

  it("is one of many, and those that the caller may not edit are left alone", async () => {
    expect(await done(patchDags, { dagIds: ["simple", "chain"], isPaused: true }, {}, "only_simple")).toEqual({
      dagIds: ["simple"],
      isPaused: true,
    });
  });

  it("is deleted with its runs", async () => {
    await run();
    await done(deleteDag, { dagId: "chain" });
    expect(await bench.test.database.query("select count(*) as n from dag_run")).toEqual([{ n: 0 }]);
    expect(await codes(deleteDag, { dagId: "chain" })).toEqual(["dag.unknown"]);
    expect(await codes(triggerRun, { dagId: "chain" })).toEqual(["dag.unknown"]);
  });

  it("that went a moment ago is refused at the commit too", async () => {
    await bench.context.dags.find("chain");
    await bench.test.database.execute("delete from dag where dag_id = 'chain'");
    expect(await codes(triggerRun, { dagId: "chain", logicalDate: null })).toEqual(["dag.unknown"]);
  });
});

describe("the audit log", () => {
  it("has no row of what was refused or rolled back", async () => {
    await run();
    await codes(triggerRun, { dagId: "chain", dagRunId: "r1", logicalDate: null });
    await codes(deleteRun, { dagId: "chain", runId: "r1" }, {}, "viewer");
    expect(await bench.test.database.query("select action from audit_log")).toEqual([{ action: "trigger_dag_run" }]);
  });
});
