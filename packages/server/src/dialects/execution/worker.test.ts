import { createHash, randomUUID } from "node:crypto";
import { storeDags, testDag, testTask } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic } from "../../../test-support/test-app.ts";
import { type ExecutionServer, executionServer } from "./test-support/execution-server.ts";

let server: ExecutionServer;
beforeAll(async () => {
  server = await executionServer();
});
afterAll(async () => {
  await server.app[Symbol.asyncDispose]();
});

const ME = { worker_id: randomUUID(), hostname: "far-away", pid: 7, version: "0", parallelism: 4 };
const poll = (more: Record<string, unknown> = {}, headers = server.app.admin) =>
  server.app.ask("POST", "/execution/worker/poll", { ...ME, queues: ["gpu"], free: 4, attempts: [], ...more }, headers);

describe("a poll", () => {
  it("gives each attempt to one worker, with all that it needs", async () => {
    const attemptId = await server.queue("one");
    const given = await poll();
    expect(given.status, given.text).toBe(200);
    expect(given.body.workloads).toHaveLength(1);
    expect(given.body.workloads[0]).toMatchObject({
      attempt: { attemptId, taskId: "one", tryNumber: 1, run: { dagId: "far" }, inputs: {} },
      queue: "gpu",
      env: [],
    });
    expect((await poll()).body.workloads).toEqual([]);
  });

  it("gives nothing of other queues, and no more than is asked for", async () => {
    await server.queue("one");
    await server.queue("one");
    expect((await poll({ queues: ["other"] })).body.workloads).toEqual([]);
    expect((await poll({ free: 0 })).body.workloads).toEqual([]);
    expect((await poll({ free: 1 })).body.workloads).toHaveLength(1);
    expect((await poll()).body.workloads).toHaveLength(1);
  });

  it("gives two workers that ask at once different attempts", async () => {
    const queued = await Promise.all(Array.from({ length: 6 }, () => server.queue("one")));
    const answers = await Promise.all(Array.from({ length: 4 }, () => poll({ free: 2 })));
    const given = answers.flatMap(({ body }) => body.workloads.map((each: any) => each.attempt.attemptId));
    expect(given.sort()).toEqual(queued.sort());
  });

  it("tells which attempts have lost their permission", async () => {
    const attemptId = await server.queue("one");
    await poll();
    await server.start(attemptId);
    expect((await poll({ attempts: [attemptId] })).body.revoked).toEqual([]);
    const unknown = randomUUID();
    expect((await poll({ attempts: [unknown] })).body.revoked).toEqual([unknown]);
  });

  it("waits for work where there is none", async () => {
    const waiting = poll({ wait_seconds: 20 });
    const attemptId = await server.queue("one");
    server.app.announce({
      id: 1,
      kind: "task_instance",
      dagId: "far",
      runId: "r",
      taskId: "one",
      mapIndex: -1,
      state: "queued",
      accountId: null,
      at: "",
    });
    expect((await waiting).body.workloads[0].attempt.attemptId).toBe(attemptId);
  });

  it("is for whoever may serve as a worker", async () => {
    expect((await poll({}, basic("user"))).status).toBe(403);
    expect((await poll({}, {})).status).toBe(401);
    const key = await server.app.ask("POST", "/api/windlass/v1/api-keys", {
      name: "w",
      scopes: ["can_create on Workers"],
    });
    const headers = { authorization: `Bearer ${key.body.token as string}` };
    expect((await poll({}, headers)).status).toBe(200);
    expect((await server.app.ask("GET", "/api/v2/dags", undefined, headers)).status).toBe(403);
    expect((await server.app.ask("GET", "/api/v2/connections", undefined, headers)).status).toBe(403);
  });

  it("is how a worker is seen, until it says goodbye", async () => {
    await poll();
    const seen = await server.app.ask("GET", "/api/windlass/v1/workers");
    expect(seen.body.workers).toMatchObject([{ worker_id: ME.worker_id, queues: ["gpu"], state: "alive", free: 4 }]);
    expect((await server.app.ask("DELETE", `/execution/worker/${ME.worker_id}`)).status).toBe(204);
    expect((await server.app.ask("GET", "/api/windlass/v1/workers")).body.workers).toEqual([]);
  });
});

describe("an attempt on a worker", () => {
  it("gets its bundle, whose hash it was told", async () => {
    await server.queue("one");
    const [workload] = (await poll()).body.workloads;
    const { attemptId } = workload.attempt;
    const answer = await server.asAttempt(attemptId, "GET", `/worker/attempts/${attemptId}/bundle`);
    expect(createHash("sha256").update(answer.text).digest("hex")).toBe(workload.bundleHash);
  });

  it("reports its result once, for the task behind it", async () => {
    const runId = `run_${randomUUID()}`;
    const first = await server.queue("one", runId);
    await server.start(first);
    const outcome = { state: "success", returnValue: { rows: [1, 2] } };
    const report = () => server.asAttempt(first, "POST", `/worker/attempts/${first}/outcome`, outcome);
    expect((await report()).body).toEqual({ answer: "accepted" });
    expect((await report()).body).toEqual({ answer: "again" });
    await server.queue("two", runId);
    const [workload] = (await poll()).body.workloads.slice(-1);
    expect(workload.attempt.inputs).toEqual({ from: { rows: [1, 2] } });
  });

  it("has its late report refused and kept", async () => {
    const attemptId = await server.queue("two");
    await server.start(attemptId);
    // As the rescuer leaves it when the lease is over.
    const { database } = server.app.database;
    await database.query(
      "update task_instance set state = 'up_for_retry', lease_until = null, not_before = now() where attempt_id = $1",
      [attemptId],
    );
    await database.query(
      `update task_attempt set ended_at = now(), outcome = 'up_for_retry', error = '{"kind": "lost"}' where attempt_id = $1`,
      [attemptId],
    );
    const late = (outcome: Record<string, unknown>) =>
      server.asAttempt(attemptId, "POST", `/worker/attempts/${attemptId}/outcome`, outcome as never);
    expect((await late({ state: "success" })).status).toBe(409);
    const error = { kind: "error", name: "E", message: "m", stack: null };
    expect((await late({ state: "failed", mayRetry: true, error })).status).toBe(409);
    const reports = (await server.lateReports()).filter((each) => each.attempt_id === attemptId);
    expect(reports.map(({ report }) => report)).toEqual(["success", "failed"]);
    expect(await server.state(attemptId)).toBe("up_for_retry");
  });

  it("has its log taken while it runs, and not after somebody has ended it", async () => {
    const attemptId = await server.queue("one");
    const ship = () => server.asAttempt(attemptId, "PUT", `/worker/attempts/${attemptId}/log?offset=0`);
    expect((await ship()).body.windlass.code).toBe("execution.token_over");
    await server.start(attemptId);
    // This server keeps no logs, so it takes the part for what is beyond its bound.
    expect((await ship()).status).toBe(413);
    await server.asAttempt(attemptId, "POST", `/worker/attempts/${attemptId}/outcome`, { state: "success" });
    expect((await ship()).body.windlass.code).toBe("execution.token_over");
  });

  it("is given back by a worker that stops, and made again in the same try", async () => {
    const attemptId = await server.queue("one");
    await server.start(attemptId);
    const back = () => server.asAttempt(attemptId, "POST", `/worker/attempts/${attemptId}/interrupted`);
    expect((await back()).body).toEqual({ answer: "accepted" });
    expect((await back()).body).toEqual({ answer: "again" });
    const [row] = await server.app.database.database.query(
      `select t.state, t.try_number as try, a.outcome, a.ended_at is not null as "isOver"
       from task_instance t join task_attempt a on a.task_instance_id = t.id where a.attempt_id = $1`,
      [attemptId],
    );
    // One more than before the next attempt is dispatched would be a try consumed.
    expect(row).toEqual({ state: "scheduled", try: 1, outcome: "superseded", isOver: true });
    expect(
      (await server.asAttempt(attemptId, "POST", `/worker/attempts/${attemptId}/outcome`, { state: "success" })).status,
    ).toBe(409);
    const untaken = await server.queue("one");
    const answer = await server.asAttempt(untaken, "POST", `/worker/attempts/${untaken}/interrupted`);
    expect(answer.body).toEqual({ answer: "accepted" });
    expect(await server.state(untaken)).toBe("scheduled");
    const done = await server.queue("one");
    await server.start(done);
    await server.asAttempt(done, "POST", `/worker/attempts/${done}/outcome`, { state: "success" });
    const late = await server.asAttempt(done, "POST", `/worker/attempts/${done}/interrupted`);
    expect(late.status).toBe(409);
  });

  it("is told what is no outcome", async () => {
    const attemptId = await server.queue("one");
    await server.start(attemptId);
    for (const body of [
      {},
      { state: "done" },
      { state: "failed" },
      { state: "deferred", trigger: {}, timeoutSeconds: null },
      [],
    ]) {
      const answer = await server.asAttempt(attemptId, "POST", `/worker/attempts/${attemptId}/outcome`, body);
      expect(answer.status, JSON.stringify(body)).toBe(422);
    }
    expect(await server.state(attemptId)).toBe("running");
  });
});

describe("a Dag with failFast", () => {
  it("takes the permission of what runs on workers beside a failed attempt", async () => {
    // One that has read no other version of the Dag.
    const fresh = await executionServer();
    await using _ = fresh.app;
    const tasks = [testTask("one", { queue: "gpu" }), testTask("beside", { queue: "gpu" })];
    await storeDags(fresh.app.database.database, [testDag("far", tasks, { failFast: true })]);
    const revoked = async (attemptId: string): Promise<unknown> => {
      const asked = { ...ME, queues: ["gpu"], free: 4, attempts: [attemptId] };
      return (await fresh.app.ask("POST", "/execution/worker/poll", asked)).body.revoked;
    };
    const runId = `run_${randomUUID()}`;
    const [fails, beside] = [await fresh.queue("one", runId), await fresh.queue("beside", runId)];
    for (const attemptId of [fails, beside]) expect((await fresh.start(attemptId)).status).toBe(200);
    expect(await revoked(beside)).toEqual([]);
    const error = { kind: "error", name: "E", message: "m", stack: null };
    const outcome = { state: "failed", mayRetry: true, error };
    expect((await fresh.asAttempt(fails, "POST", `/worker/attempts/${fails}/outcome`, outcome)).body).toEqual({
      answer: "accepted",
    });
    expect([await fresh.state(fails), await fresh.state(beside)]).toEqual(["failed", "failed"]);
    expect(await revoked(beside)).toEqual([beside]);
  });
});
