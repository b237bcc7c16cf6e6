import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseInstant, type JsonObject, type TriggerEvent } from "@windlass/contract";
import { testDag, testTask } from "../../test-support/dag.ts";
import { testEngine, type TestEngine } from "../../test-support/test-engine.ts";
import { Triggerer } from "./triggerer/triggerer.ts";

let test: TestEngine;

beforeEach(async () => {
  test = await testEngine({ paces: { triggererMs: 3_600_000 } });
  await test.store(testDag("watched", [testTask("a"), testTask("b", { upstreamTaskIds: ["a"] })]));
  await test.store(testDag("waiting", [testTask("w")]));
});

afterEach(async () => {
  expect(await test.violations()).toEqual([]);
  expect(test.problems).toEqual([]);
  await test[Symbol.asyncDispose]();
});

function waitsFor(trigger: JsonObject, timeoutSeconds: number | null = null): JsonObject {
  return { w: { first: { state: "deferred", trigger, timeoutSeconds } } };
}

const runOf = (runId: string): JsonObject => ({
  kind: "dag_run",
  dagId: "watched",
  runId,
  states: ["success", "failed"],
});

function tasksAt(logicalDate: string, more: JsonObject = {}): JsonObject {
  return {
    kind: "task_instances",
    dagId: "watched",
    logicalDates: [logicalDate],
    runIds: [],
    taskIds: ["a", "b"],
    taskGroupId: null,
    allowedStates: ["success"],
    failedStates: ["failed"],
    skippedStates: ["skipped"],
    ...more,
  };
}

async function state(dagRunId: number, taskId: string): Promise<string | null> {
  const [row] = await test.database.query<{ state: string | null }>(
    "select state from task_instance where dag_run_id = $1 and task_id = $2",
    [dagRunId, taskId],
  );
  return row?.state ?? null;
}

const isDeferred = (dagRunId: number): Promise<true> =>
  test.until(async () => ((await state(dagRunId, "w")) === "deferred" ? true : undefined));

async function events(dagRunId: number): Promise<readonly TriggerEvent[]> {
  const [row] = await test.database.query<{ carry: { events: TriggerEvent[] } | null }>(
    "select carry from task_instance where dag_run_id = $1 and task_id = 'w'",
    [dagRunId],
  );
  return row?.carry?.events ?? [];
}

/** The reasons of the transitions of the waiting task, which stay when its carry is gone. */
async function reasons(dagRunId: number): Promise<readonly string[]> {
  const rows = await test.database.query<{ reason: string }>(
    "select reason from event where dag_run_id = $1 and task_instance_id is not null order by id",
    [dagRunId],
  );
  return rows.map(({ reason }) => reason);
}

const DATE = "2026-03-01T00:00:00.000000Z";
const identity = (runId: string, logicalDate: string) => ({
  identity: () => ({
    runId,
    logicalDate: parseInstant(logicalDate)!,
    dataIntervalStart: null,
    dataIntervalEnd: null,
    runAfter: test.clock.now(),
  }),
  given: { runId: true, logicalDate: true },
});

describe("a task that waits for a run of another Dag", () => {
  it("goes on when the run is over, in the same try", async () => {
    const waiting = await test.trigger("waiting", waitsFor(runOf("one")));
    await isDeferred(waiting);
    await test.trigger("watched", {}, identity("one", DATE));
    expect(await test.over(waiting)).toMatchObject({ state: "success", tries: { w: 1 } });
    expect(await reasons(waiting)).toContain("trigger_fired");
  });

  it("does not miss a run that was over before the wait began", async () => {
    await test.over(await test.trigger("watched", {}, identity("one", DATE)));
    expect(await test.over(await test.trigger("waiting", waitsFor(runOf("one"))))).toMatchObject({ state: "success" });
  });

  it("hears of a run that a hand ended", async () => {
    const watched = await test.trigger("watched", { a: { hang: 1 } }, identity("one", DATE));
    const waiting = await test.trigger("waiting", waitsFor(runOf("one")));
    await isDeferred(waiting);
    await test.database.query(
      "update dag_run set state = 'failed', end_date = clock_timestamp(), version = version + 1 where id = $1",
      [watched],
    );
    test.engine.signals.runChanged(watched);
    expect(await test.over(waiting)).toMatchObject({ state: "success" });
    await test.database.query("delete from dag_run where id = $1", [watched]);
    test.engine.signals.runChanged(watched);
  });

  it("gives up after its time-out, without any event", async () => {
    const waiting = await test.trigger("waiting", waitsFor(runOf("never"), 1));
    expect(await test.over(waiting)).toMatchObject({ state: "success", tries: { w: 1 } });
    expect(await reasons(waiting)).toContain("deferral_timed_out");
  });
});

describe("a task that waits for tasks of another Dag at a logical date", () => {
  it("goes on as soon as one of them fails, where failed states are named", async () => {
    const waiting = await test.trigger("waiting", waitsFor(tasksAt(DATE)));
    await isDeferred(waiting);
    await test.trigger("watched", { a: { fail: 9 } }, identity("one", DATE));
    expect(await test.over(waiting)).toMatchObject({ state: "success" });
  });

  it("waits until all of them succeeded, and for the run itself where no task is named", async () => {
    const both = await test.trigger("waiting", waitsFor(tasksAt(DATE)));
    const whole = await test.trigger("waiting", waitsFor(tasksAt(DATE, { taskIds: null })));
    const other = await test.trigger("waiting", waitsFor(tasksAt("2026-04-01T00:00:00.000000Z")));
    await Promise.all([both, whole, other].map(isDeferred));
    await test.trigger("watched", {}, identity("one", DATE));
    for (const run of [both, whole]) expect(await test.over(run)).toMatchObject({ state: "success" });
    expect(await state(other, "w")).toBe("deferred");
    expect(await events(other)).toEqual([]);
  });
});

describe("several triggerers", () => {
  it("find the same wait over, and only one report counts", async () => {
    const told: string[] = [];
    const another = new Triggerer({
      database: test.database,
      onFired: (dagRunId, attemptId, event) => {
        told.push(attemptId);
        test.engine.scheduler.triggerFired(dagRunId, attemptId, event);
        test.engine.scheduler.triggerFired(dagRunId, attemptId, event);
      },
      onProblem: (_, error) => {
        throw error;
      },
    });
    const waiting = await test.trigger("waiting", waitsFor(runOf("one")));
    await isDeferred(waiting);
    await another.runOnce();
    expect(told).toEqual([]);
    await another.start();
    await another.rounds.next();
    // From here on it knows that "watched" is watched, and hears of what others commit.
    const found = another.rounds.next((fired) => fired > 0);
    await test.engine.triggerer.stop();
    await test.trigger("watched", {}, identity("one", DATE));
    const committed = test.until(async () => {
      another.othersCommitted();
      return told.length > 0 ? true : undefined;
    });
    await found;
    await committed;
    expect(await test.over(waiting)).toMatchObject({ state: "success", tries: { w: 1 } });
    expect((await reasons(waiting)).filter((reason) => reason === "trigger_fired")).toHaveLength(1);
    await another.stop();
  });

  it("leave nothing waiting when one dies: the next boot finds what happened meanwhile", async () => {
    const waiting = await test.trigger("waiting", waitsFor(runOf("one")));
    await isDeferred(waiting);
    await test.engine.triggerer.stop();
    await test.over(await test.trigger("watched", {}, identity("one", DATE)));
    expect(await state(waiting, "w")).toBe("deferred");
    await test.engine.scheduler.stop();
    await using next = await testEngine({ test: test.test, folder: test.folder });
    expect(await next.over(waiting)).toMatchObject({ state: "success", tries: { w: 1 } });
  });
});

describe("a task that asks a person", () => {
  it("awaits input with its question kept, and takes the defaults where nobody answers in time", async () => {
    const request = {
      subject: "Ship it?",
      body: null,
      options: ["Approve", "Reject"],
      defaults: ["Approve"],
      multiple: false,
      params: {},
      assignedUsers: [],
    };
    const waiting = await test.trigger("waiting", waitsFor({ kind: "human", request }, 1));
    expect(await test.over(waiting)).toMatchObject({ state: "success", tries: { w: 1 } });
    const [row] = await test.database.query(
      "select subject, chosen_options, responded_by_id, timed_out, responded_at = due_at or responded_at > due_at as late from human_request",
    );
    expect(row).toEqual({
      subject: "Ship it?",
      chosen_options: ["Approve"],
      responded_by_id: null,
      timed_out: true,
      late: true,
    });
    expect(await reasons(waiting)).toEqual(expect.arrayContaining(["human_asked", "human_defaulted"]));
  });
});
