import type { HumanRequest } from "@windlass/contract";
import type { Database } from "@windlass/core/database";
import { testDag, testTask } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimAttempts } from "../../src/actions/attempts/claim-attempts.ts";
import { reportOutcome } from "../../src/actions/attempts/report-outcome.ts";
import { startRemoteAttempt } from "../../src/actions/attempts/start-attempt.ts";
import { answerHuman } from "../../src/actions/human/answer-human.ts";
import { deleteRun } from "../../src/actions/runs/delete-run.ts";
import { clearTaskInstances } from "../../src/actions/task-instances/clear-task-instances.ts";
import { markTaskInstances } from "../../src/actions/task-instances/mark-task-instances.ts";
import { FAR, makeWorld, refusalOf, type RemoteAttempt, tried, type World } from "./world.ts";

let world: World;
let db: Database;
beforeAll(async () => {
  world = await makeWorld();
  db = world.bench.test.database;
});
afterAll(() => world[Symbol.asyncDispose]());

const RETRY = { attempts: 1, delaySeconds: 0, backoff: "none", maxDelaySeconds: null, multiplier: 2 } as const;
const REQUEST: HumanRequest = {
  ...{ subject: "Ship it?", body: null, options: ["Approve", "Reject"], defaults: null, multiple: false },
  ...{ params: {}, assignedUsers: [] },
};

/** A run whose only task runs on a worker, with a lease that has been over for a while where asked. */
async function running(isExpired = false): Promise<RemoteAttempt> {
  await world.far(9);
  await world.bench.store(testDag("d", [testTask("a", { ...FAR, retry: RETRY })]));
  await world.trigger("d", "r");
  const [attempt] = await world.running();
  if (isExpired) await db.execute("update task_instance set lease_until = clock_timestamp() - interval '1 minute'");
  return attempt!;
}

const succeeds = (attempt: RemoteAttempt) => (database: Database) =>
  reportOutcome(world.contextOn(database), attempt.id, { state: "success", returnValue: 1 });

describe("a worker's report", () => {
  it("and the end of its lease: one of the two counts, and the worker hears which", async () => {
    await tried(world.bench.test, {
      prepare: () => running(true),
      sessions: (attempt) => ({ worker: succeeds(attempt), scheduler: world.expire }),
      async check(_, { failed, endings }) {
        const [row] = await db.query<{ state: string; late: number; xcoms: number }>(
          "select state, (select count(*) from late_report) as late, (select count(*) from xcom) as xcoms from task_instance",
        );
        if (failed.length === 0) expect(row).toEqual({ state: "success", late: 0, xcoms: 1 });
        else {
          expect(failed).toEqual(["worker"]);
          expect(refusalOf(endings["worker"])).toMatch(/^execution\./);
          expect(row).toMatchObject({ late: 1, xcoms: 0 });
          expect(["up_for_retry", "scheduled", "queued"]).toContain(row!.state);
        }
      },
    });
  }, 120_000);

  it("sent twice at the same moment counts once and is answered alike", async () => {
    await tried(world.bench.test, {
      bound: 100,
      prepare: () => running(),
      sessions: (attempt) => ({ one: succeeds(attempt), other: succeeds(attempt) }),
      async check(_, { values }) {
        expect(Object.values(values).sort()).toEqual(["accepted", "again"]);
        expect(await world.states("d")).toEqual({ a: "success" });
      },
    });
  }, 120_000);

  it("and a clear: what was cleared does not stay done", async () => {
    await tried(world.bench.test, {
      prepare: () => running(),
      sessions: (attempt) => ({
        worker: succeeds(attempt),
        hand: (database) =>
          world.act(database, clearTaskInstances, {
            ...{ dagId: "d", runs: { runId: "r" }, selection: { taskIds: ["a"] }, dryRun: false },
          }),
      }),
      async check(_, { failed }) {
        expect(failed).toEqual([]);
        expect([null, "up_for_retry"]).toContain((await world.states("d"))["a"]);
        await world.schedule(db);
        expect(await world.states("d")).toEqual({ a: "queued" });
      },
    });
  }, 120_000);

  it("and the deletion of its run: nothing is left of the run", async () => {
    await tried(world.bench.test, {
      prepare: () => running(),
      sessions: (attempt) => ({
        worker: succeeds(attempt),
        hand: (database) => world.act(database, deleteRun, { dagId: "d", runId: "r" }, { dialect: "v1", door: "v1" }),
      }),
      async check(_, { failed, endings }) {
        expect(failed).not.toContain("hand");
        if (failed.length > 0) expect(refusalOf(endings["worker"])).toMatch(/^execution\./);
        for (const table of ["dag_run", "task_instance", "task_attempt", "xcom", "outbox"])
          expect([table, await db.query(`select 1 from ${table}`)]).toEqual([table, []]);
      },
    });
  }, 120_000);
});

describe("the end of a lease", () => {
  it("and a mark by hand: the mark stands", async () => {
    await tried(world.bench.test, {
      prepare: () => running(true),
      sessions: () => ({
        scheduler: world.expire,
        hand: (database) =>
          world.act(database, markTaskInstances, {
            ...{ dagId: "d", run: { runId: "r" }, taskId: "a", state: "success", dryRun: false },
          }),
      }),
      async check(_, { failed }) {
        expect(failed).toEqual([]);
        expect(await world.states("d")).toEqual({ a: "success" });
      },
    });
  }, 120_000);

  it("found by two schedulers while the worker reports takes one try at most", async () => {
    await tried(world.bench.test, {
      prepare: () => running(true),
      sessions: (attempt) => ({ worker: succeeds(attempt), one: world.expire, other: world.expire }),
      async check() {
        const [row] = await db.query<{ state: string; tries: number }>(
          "select state, try_number as tries from task_instance",
        );
        expect(row!.tries).toBeLessThanOrEqual(2);
        expect(row!.state).not.toBe("failed");
      },
    });
  }, 120_000);
});

describe("two workers", () => {
  it("are given different attempts and start each once", async () => {
    const work = async (database: Database): Promise<readonly string[]> => {
      const context = world.contextOn(database);
      const given = await claimAttempts(context, { queues: ["far"], limit: 2 });
      const ids = given.map(({ attempt }) => attempt.attemptId);
      const starter = { hostname: database.url, unixname: "", pid: 1, startDate: context.clock.now() };
      for (const attemptId of ids) await startRemoteAttempt(context, { ...starter, attemptId });
      return ids;
    };
    await tried(world.bench.test, {
      async prepare() {
        await world.far(9);
        await world.bench.store(testDag("d", [testTask("a", FAR), testTask("b", FAR), testTask("c", FAR)]));
        await world.trigger("d", "r");
        await world.schedule(db);
      },
      sessions: () => ({ one: work, other: work }),
      async check(_, { failed, values }) {
        expect(failed).toEqual([]);
        const ids = Object.values(values).flatMap((each) => each as readonly string[]);
        expect(new Set(ids).size).toBe(ids.length);
        expect(await db.query("select 1 from task_instance where state = 'running'")).toHaveLength(ids.length);
      },
    });
  }, 120_000);
});

describe("two answers to a question", () => {
  it("are one that counts and one that is told so", async () => {
    const answer = (chosen: string) => (database: Database) =>
      world.act(database, answerHuman, {
        ...{ dagId: "d", runId: "r", taskId: "a", mapIndex: -1, chosenOptions: [chosen], paramsInput: {} },
      });
    await tried(world.bench.test, {
      async prepare() {
        const { id } = await running();
        const trigger = { kind: "human", request: REQUEST } as const;
        await reportOutcome(world.contextOn(db), id, { state: "deferred", trigger, timeoutSeconds: null });
      },
      sessions: () => ({ Approve: answer("Approve"), Reject: answer("Reject") }),
      async check(_, { failed, values, endings }) {
        expect(failed).toHaveLength(1);
        expect(refusalOf(endings[failed[0]!])).toBe("human_step.answered");
        expect(await db.query("select chosen_options as chosen from human_request")).toEqual([
          { chosen: Object.keys(values) },
        ]);
      },
    });
  }, 120_000);
});
