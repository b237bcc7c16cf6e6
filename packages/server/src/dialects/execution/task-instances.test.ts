import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExecutionServer, executionServer } from "./test-support/execution-server.ts";

let server: ExecutionServer;
beforeAll(async () => {
  server = await executionServer();
});
afterAll(async () => {
  await server.app[Symbol.asyncDispose]();
});

const report = (attemptId: string, body: Record<string, string | number>) =>
  server.asAttempt(attemptId, "PATCH", `/task-instances/${attemptId}/state`, body);
const beat = (attemptId: string, pid = 7) =>
  server.asAttempt(attemptId, "PUT", `/task-instances/${attemptId}/heartbeat`, { hostname: "far-away", pid });
const END = { end_date: "2026-01-01T00:01:00Z" };

describe("starting an attempt", () => {
  it("is granted once, to whoever is first, and again to the same one", async () => {
    const attemptId = await server.queue("one");
    const first = await server.start(attemptId);
    expect(first.status, first.text).toBe(200);
    expect(first.body).toMatchObject({ dag_run: { dag_id: "far", state: "running" }, max_tries: 0 });
    expect((await server.start(attemptId)).status).toBe(200);
    const other = await server.start(attemptId, 8);
    expect(other.status).toBe(409);
    expect(other.body.detail).toMatchObject({ reason: "invalid_state", previous_state: "running" });
    expect(other.body.windlass.code).toBe("execution.not_queued");
  });

  it("is refused to an attempt that was followed by another", async () => {
    const runId = `run_${randomUUID()}`;
    const first = await server.queue("one", runId);
    await server.queue("one", runId);
    const answer = await server.start(first);
    expect([answer.status, answer.body.detail.reason]).toEqual([404, "not_found"]);
  });
});

describe("reporting an attempt", () => {
  it("counts once; the same report again is no news, and another one is late", async () => {
    const attemptId = await server.queue("one");
    await server.start(attemptId);
    expect((await report(attemptId, { state: "success", ...END })).status).toBe(204);
    expect(await server.state(attemptId)).toBe("success");
    expect((await report(attemptId, { state: "success", ...END })).status).toBe(200);
    const late = await report(attemptId, { state: "failed", ...END });
    expect(late.status).toBe(409);
    expect(late.body.detail).toMatchObject({ reason: "invalid_state", previous_state: "success" });
    expect(await server.state(attemptId)).toBe("success");
    expect(await server.lateReports()).toContainEqual({ attempt_id: attemptId, report: "failed" });
  });

  it("is refused before the start", async () => {
    const attemptId = await server.queue("one");
    expect((await report(attemptId, { state: "success", ...END })).status).toBe(409);
    expect(await server.state(attemptId)).toBe("queued");
  });

  it("tries again what may be tried again, and fails what may not", async () => {
    const retried = await server.queue("two");
    await server.start(retried);
    expect((await report(retried, { state: "up_for_retry", retry_delay_seconds: 90, ...END })).status).toBe(204);
    expect(await server.state(retried)).toBe("up_for_retry");
    const failed = await server.queue("two");
    await server.start(failed);
    expect((await report(failed, { state: "failed", ...END })).status).toBe(204);
    expect(await server.state(failed)).toBe("failed");
  });

  it("waits for a moment, and then is called as it wished", async () => {
    const runId = `run_${randomUUID()}`;
    const waiting = await server.queue("one", runId);
    await server.start(waiting);
    const deferred = await server.asAttempt(waiting, "PATCH", `/task-instances/${waiting}/state`, {
      state: "deferred",
      classpath: "airflow.providers.standard.triggers.temporal.DateTimeTrigger",
      trigger_kwargs: { moment: "2030-01-01T00:00:00Z" },
      next_method: "execute_complete",
      next_kwargs: { a: 1 },
    });
    expect(deferred.status, deferred.text).toBe(204);
    expect(await server.state(waiting)).toBe("deferred");
    const goesOn = await server.queue("one", runId);
    const started = await server.start(goesOn);
    expect(started.body).toMatchObject({
      next_method: "execute_complete",
      next_kwargs: { a: 1 },
      xcom_keys_to_clear: [],
    });
  });

  it("does not wait for what nobody can wait for", async () => {
    const attemptId = await server.queue("one");
    await server.start(attemptId);
    const answer = await server.asAttempt(attemptId, "PATCH", `/task-instances/${attemptId}/state`, {
      state: "deferred",
      classpath: "my.own.Trigger",
      next_method: "execute_complete",
    });
    expect([answer.status, answer.body.windlass.code]).toEqual([422, "execution.trigger_unknown"]);
    expect(await server.state(attemptId)).toBe("running");
  });
});

describe("a sign of life", () => {
  it("is taken from the process that runs, and tells every other one to end", async () => {
    const attemptId = await server.queue("one");
    expect((await beat(attemptId)).status).toBe(409);
    await server.start(attemptId);
    expect((await beat(attemptId)).status).toBe(204);
    const elsewhere = await beat(attemptId, 8);
    expect(elsewhere.status).toBe(409);
    expect(elsewhere.body.detail).toMatchObject({ reason: "running_elsewhere", current_pid: 7 });
    await report(attemptId, { state: "success", ...END });
    const over = await beat(attemptId);
    expect([over.status, over.body.detail.reason]).toEqual([409, "not_running"]);
  });

  it("of an attempt that was replaced is answered 410", async () => {
    const runId = `run_${randomUUID()}`;
    const first = await server.queue("one", runId);
    await server.start(first);
    await server.app.database.database.query(
      "update task_instance set state = 'up_for_retry', lease_until = null, not_before = now() where attempt_id = $1",
      [first],
    );
    await server.queue("one", runId);
    expect((await beat(first)).status).toBe(410);
  });
});

describe("the token of an attempt", () => {
  it("opens its own attempt alone", async () => {
    const [own, foreign] = [await server.queue("one"), await server.queue("one")];
    const answer = await server.asAttempt(own, "PATCH", `/task-instances/${foreign}/state`, {
      state: "success",
      ...END,
    });
    expect([answer.status, answer.body.windlass.code]).toEqual([403, "execution.token_foreign"]);
    expect(answer.body.detail).toBe("Token subject does not match task instance ID");
  });

  it("opens nothing but the report before the start and after the end", async () => {
    const attemptId = await server.queue("one");
    const ask = () =>
      server.asAttempt(attemptId, "POST", `/worker/attempts/${attemptId}/requests`, { kind: "getVariable", key: "x" });
    expect((await ask()).body.windlass.code).toBe("execution.token_over");
    await server.start(attemptId);
    expect((await ask()).body).toEqual({ kind: "variable", value: null });
    await report(attemptId, { state: "success", ...END });
    expect((await ask()).status).toBe(403);
  });

  it("is refused where it is forged, expired, missing, or one of people", async () => {
    const { app } = server;
    const attemptId = await server.queue("one");
    const path = `/execution/task-instances/${attemptId}/heartbeat`;
    const ask = (authorization: string | undefined) =>
      app.ask("PUT", path, { hostname: "h", pid: 1 }, authorization === undefined ? {} : { authorization });
    const good = await app.actions.taskTokens.sign(attemptId);
    const forged = `${good.slice(0, -4)}AAAA`;
    const people = (
      await app.ask("POST", "/auth/token", { username: "admin", password: "correct horse battery staple" }, {})
    ).body.access_token as string;
    expect((await ask(undefined)).status).toBe(401);
    for (const token of [forged, people, "nonsense", "windlass_p_x"])
      expect((await ask(`Bearer ${token}`)).status).toBe(403);
    expect((await ask(app.admin.authorization)).status).toBe(401);
    // And the other way round.
    const elsewhere = await app.ask("GET", "/api/v2/dags", undefined, { authorization: `Bearer ${good}` });
    expect(elsewhere.status).toBe(401);
  });
});
