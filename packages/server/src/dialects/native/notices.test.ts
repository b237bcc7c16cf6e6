import { testDag, testTask } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NativeServer, nativeServer } from "./test-support/native-server.ts";

let native: NativeServer;
const RUN = "/dags/told/runs/one";

beforeAll(async () => {
  native = await nativeServer();
  await native.account("without_logs", { permissions: ["can_read on DAG:told", "can_read on DAG Runs"] });
  await native.store([
    testDag("told", [testTask("t0", { callbacks: { failure: 1 } })], {
      alerts: [
        { on: ["failure"], target: { kind: "webhook", url: "https://hooks.example.com/s3cr3t", connection: null } },
      ],
      deadlines: [
        { name: "soon", reference: { kind: "queued_at" }, intervalSeconds: 60, callbacks: 1, alerts: [] },
        { name: null, reference: { kind: "logical_date" }, intervalSeconds: 60, callbacks: 0, alerts: [] },
      ],
    }),
  ]);
  const body = { dag_run_id: "one", logical_date: null };
  expect((await native.ask("admin", "POST", "/api/v2/dags/told/dagRuns", body)).statusCode).toBe(200);
  const subject = {
    ...{ of: "task", kind: "failure", taskId: "t0", mapIndex: -1, tryNumber: 1, maxTries: 1, state: "failed" },
    ...{ startDate: null, endDate: null, reason: "attempt_failed", error: null },
  };
  const { database } = native.test;
  await database.execute(
    `insert into callback (dag_run_id, dag_version_id, position, dedupe_key, subject, state, deliveries, not_before, error, ended_at)
     select id, dag_version_id, 0, 'told:ti1:try1:failure:0', $1::json, 'failed', 3, now(), $2::json, now() from dag_run`,
    [
      JSON.stringify(subject),
      JSON.stringify({ kind: "error", name: "Error", message: "pager is down", stack: "at me" }),
    ],
  );
  await database.execute(
    `insert into outbox (kind, dag_run_id, dedupe_key, payload, not_before, deliveries, problem, given_up_at)
     select 'notification', id, 'k', $1::jsonb, now(), 10, 'hooks.example.com answered 500', now() from dag_run`,
    [
      JSON.stringify({
        target: { kind: "webhook", url: "https://hooks.example.com/s3cr3t", connection: null },
        content: { event: "failure" },
      }),
    ],
  );
});

afterAll(async () => {
  await native?.[Symbol.asyncDispose]();
});

async function read(path: string, userName = "admin"): Promise<Record<string, unknown>> {
  const answer = await native.ask(userName, "GET", path);
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.body).not.toContain("s3cr3t");
  return answer.json<Record<string, unknown>>();
}

describe("what follows from a run", () => {
  it("lists its callbacks with what became of each, and gives their logs", async () => {
    const found = await read(`${RUN}/callbacks`);
    expect(found).toMatchObject({
      total_entries: 1,
      callbacks: [
        {
          of: "task",
          kind: "failure",
          task_id: "t0",
          try_number: 1,
          state: "failed",
          deliveries: 3,
          reason: "attempt_failed",
        },
      ],
    });
    const [{ callback_id: id, error }] = found["callbacks"] as [{ callback_id: number; error: object }];
    expect(error).toEqual({ kind: "error", name: "Error", message: "pager is down" });
    const [row] = await native.test.database.query<{ uuid: string }>("select uuid from callback");
    const { uuid } = row!;
    native.logs.append(uuid, `{"event":"called"}\n`);
    const log = await native.ask("admin", "GET", `${RUN}/callbacks/${String(id)}/log`);
    expect([log.statusCode, log.body]).toEqual([200, `{"event":"called"}\n`]);
    expect((await native.ask("without_logs", "GET", `${RUN}/callbacks/${String(id)}/log`)).statusCode).toBe(403);
    expect((await native.ask("admin", "GET", `${RUN}/callbacks/999/log`)).json().refusal.code).toBe("object.unknown");
  });

  it("lists its alerts, and shows no secret of an address", async () => {
    expect(await read(`${RUN}/alerts`)).toMatchObject({
      alerts: [
        {
          event: "failure",
          state: "given_up",
          deliveries: 10,
          target: { kind: "webhook", host: "hooks.example.com" },
          problem: "hooks.example.com answered 500",
        },
      ],
    });
  });

  it("lists its deadlines, and why names them", async () => {
    const deadline = { alert_name: "soon", missed: false, reference_type: "DagRunQueuedAtDeadline", interval: 60 };
    // A run without a logical date has no deadline that is counted from it.
    expect(await read(`${RUN}/deadlines`)).toMatchObject({ deadlines: [deadline], total_entries: 1 });
    expect(await read(`${RUN}/why`)).toMatchObject({ deadlines: [deadline] });
    expect(await read("/dags/told/deadline-alerts")).toMatchObject({
      total_entries: 2,
      deadline_alerts: [{ name: "soon", interval: 60 }, { reference_type: "DagRunLogicalDateDeadline" }],
    });
  });

  it("is refused for a Dag or a run that is not there", async () => {
    expect((await native.ask("admin", "GET", "/dags/told/runs/none/callbacks")).json().refusal.code).toBe(
      "run.unknown",
    );
    expect((await native.ask("admin", "GET", "/dags/none/deadline-alerts")).json().refusal.code).toBe("dag.unknown");
  });
});
