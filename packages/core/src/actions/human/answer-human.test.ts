import { type HumanRequest, type JsonObject, RefusalError } from "@windlass/contract";
import { testDag, testTask } from "@windlass/core/test-support";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findHumanStep, listHumanSteps } from "../../queries/human-steps.ts";
import { perform } from "../perform.ts";
import { changeRun } from "../runs/change-run.ts";
import { triggerRun } from "../runs/trigger-run.ts";
import { type ActionBench, actionBench } from "../test-support/action-bench.ts";
import { applyOutcome } from "../../domain/reports.ts";
import { lockRun } from "../../store/runs-between.ts";
import { answerHuman, type AnswerHumanInput } from "./answer-human.ts";

let bench: ActionBench;

beforeEach(async () => {
  bench = await actionBench();
  await bench.store(testDag("release", [testTask("ask"), testTask("ship", { upstreamTaskIds: ["ask"] })]));
});
afterEach(() => bench.drop());

const REQUEST: HumanRequest = {
  subject: "Ship it?",
  body: "**Now**",
  options: ["Approve", "Reject"],
  defaults: null,
  multiple: false,
  params: {
    percent: { value: 10, description: null, schema: { type: "integer", maximum: 100 } },
    why: { value: null, description: null, schema: { type: "string" }, optional: true },
  },
  assignedUsers: [],
};

/** A run whose task `ask` waits for a person. */
async function asking(runId: string, request: Partial<HumanRequest> = {}): Promise<number> {
  const { result } = await perform(bench.context, await bench.request("admin"), triggerRun, {
    dagId: "release",
    dagRunId: runId,
    logicalDate: null,
  });
  await bench.test.database.query(
    "update dag_run set state = 'running', start_date = clock_timestamp() where id = $1",
    [result.id],
  );
  const [row] = await bench.test.database.query<{ attempt_id: string }>(
    `update task_instance set state = 'running', try_number = 1, start_date = clock_timestamp(), lease_until = clock_timestamp()
     where dag_run_id = $1 and task_id = 'ask' returning attempt_id`,
    [result.id],
  );
  await bench.test.database.transaction(async (tx) => {
    await lockRun(tx, result.id);
    await changeRun(tx, bench.context, result.id, (run) =>
      applyOutcome(
        run,
        row!.attempt_id,
        { state: "deferred", trigger: { kind: "human", request: { ...REQUEST, ...request } }, timeoutSeconds: 60 },
        bench.clock.now(),
        0,
      ),
    );
  });
  return result.id;
}

const answer = async (runId: string, userName = "user", more: Partial<AnswerHumanInput> = {}) =>
  (
    await perform(bench.context, await bench.request(userName), answerHuman, {
      dagId: "release",
      runId,
      taskId: "ask",
      mapIndex: -1,
      chosenOptions: ["Approve"],
      paramsInput: {},
      ...more,
    })
  ).result;

async function codes(asked: Promise<unknown>): Promise<readonly string[]> {
  const thrown: unknown = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof RefusalError) return thrown.refusals.map(({ code }) => code);
  throw thrown instanceof Error ? thrown : new TypeError("it was not refused");
}

async function instance(dagRunId: number): Promise<JsonObject> {
  const [row] = await bench.test.database.query<JsonObject>(
    "select id, state, carry, try_number from task_instance where dag_run_id = $1 and task_id = 'ask'",
    [dagRunId],
  );
  return row ?? {};
}

describe("answering a question", () => {
  it("lets the task go on in the same try, and keeps who answered what, with an audit row", async () => {
    const id = await asking("one");
    expect(await instance(id)).toMatchObject({ state: "awaiting_input" });
    const given = await answer("one", "user", { paramsInput: { percent: 50 } });
    expect(given).toMatchObject({
      respondedBy: { name: "user" },
      chosenOptions: ["Approve"],
      paramsInput: { percent: 50 },
    });
    expect(await instance(id)).toMatchObject({
      state: "scheduled",
      try_number: 1,
      carry: {
        events: [
          {
            kind: "event",
            payload: {
              chosen_options: ["Approve"],
              params_input: { percent: 50 },
              responded_by_user: { name: "user" },
              timedout: false,
            },
          },
        ],
      },
    });
    expect(bench.heard).toContain("runChanged");
    expect(await findHumanStep(bench.test.database, Number((await instance(id))["id"]))).toMatchObject({
      isOpen: false,
      respondedBy: { name: "user" },
      chosenOptions: ["Approve"],
    });
    expect(
      await bench.test.database.query(
        "select account_name, dag_id, run_id, task_id, extra from audit_log where action = 'update_hitl_detail'",
      ),
    ).toMatchObject([
      {
        account_name: "user",
        dag_id: "release",
        run_id: "one",
        task_id: "ask",
        extra: { chosen_options: ["Approve"], params_input: ["percent"] },
      },
    ]);
  });

  it("counts once: of many at the same moment the first one, and the others learn who it was", async () => {
    await asking("one");
    const names = ["user", "op", "admin", "user"];
    const all = await Promise.allSettled(names.map((name) => answer("one", name)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const each of all)
      if (each.status === "rejected")
        expect((each.reason as RefusalError).refusals).toMatchObject([
          { code: "human_step.answered", status: { v2: 409 } },
        ]);
    expect(await codes(answer("one"))).toEqual(["human_step.answered"]);
  });

  it("is refused where it is no option, one too many, or breaks the form, and the question stays open", async () => {
    const id = await asking("one");
    expect(await codes(answer("one", "user", { chosenOptions: ["Maybe"] }))).toEqual(["human_step.option_unknown"]);
    expect(await codes(answer("one", "user", { chosenOptions: ["Approve", "Reject"] }))).toEqual([
      "human_step.one_option",
    ]);
    expect(await codes(answer("one", "user", { paramsInput: { percent: 500, other: 1 } }))).toEqual([
      "human_step.input_wrong",
      "human_step.input_wrong",
    ]);
    expect(await instance(id)).toMatchObject({ state: "awaiting_input" });
    await asking("two", { params: { must: { value: null, description: null, schema: { type: "string" } } } });
    expect(await codes(answer("two"))).toEqual(["human_step.input_wrong"]);
    await asking("three", { multiple: true });
    expect(await answer("three", "user", { chosenOptions: ["Approve", "Reject"] })).toMatchObject({
      paramsInput: { percent: 10 },
    });
  });

  it("is for those who are assigned, and for those with the right", async () => {
    await asking("one", { assignedUsers: [{ id: "op", name: "op" }] });
    expect(await codes(answer("one", "user"))).toEqual(["human_step.not_assigned"]);
    expect(await codes(answer("one", "viewer"))).toContain("permission.missing");
    expect(await answer("one", "op")).toMatchObject({ respondedBy: { name: "op" } });
  });

  it("is refused where nobody was asked, and where the task does not wait any more", async () => {
    const id = await asking("one");
    expect(await codes(answer("one", "user", { taskId: "ship" }))).toEqual(["human_step.none"]);
    expect(await codes(answer("one", "user", { taskId: "nope" }))).toEqual(["object.unknown"]);
    await bench.test.database.query(
      "update task_instance set state = 'success', trigger = null, end_date = clock_timestamp() where dag_run_id = $1 and task_id = 'ask'",
      [id],
    );
    expect(await codes(answer("one"))).toEqual(["human_step.not_waiting"]);
  });
});

describe("the list of questions", () => {
  it("holds those of Dags that one may see, open ones or all, and none of a try that was cleared", async () => {
    const list = (filter: object, dagIds?: readonly string[]) =>
      listHumanSteps(
        bench.test.database,
        dagIds ? { all: false, dagIds: new Set(dagIds) } : { all: true },
        filter,
        [],
        { limit: 10, offset: 0 },
      );
    const one = await asking("one");
    await asking("two");
    expect((await list({ isOpen: true })).total).toBe(2);
    expect((await list({ isOpen: true, subjectPattern: "ship" }, ["release"])).total).toBe(2);
    expect((await list({}, ["other"])).total).toBe(0);
    await answer("two");
    expect((await list({ isOpen: true })).rows.map(({ runId }) => runId)).toEqual(["one"]);
    expect((await list({ isAnswered: true })).rows.map(({ runId }) => runId)).toEqual(["two"]);
    await bench.test.database.query("update task_instance set state = null, trigger = null where dag_run_id = $1", [
      one,
    ]);
    expect((await list({})).rows.map(({ runId }) => runId)).toEqual(["two"]);
    const { id } = (await instance(one)) as { id: number };
    expect(await findHumanStep(bench.test.database, id, 1)).toMatchObject({ runId: "one", isOpen: false });
  });
});
