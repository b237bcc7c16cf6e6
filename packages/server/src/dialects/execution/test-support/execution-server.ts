import { randomUUID } from "node:crypto";
import type { JsonValue, SerializedDag } from "@windlass/contract";
import { storeDags, testDag, testTask } from "@windlass/core/test-support";
import { expect } from "vitest";
import { type Answered, type TestApp, testApp } from "../../../../test-support/test-app.ts";

/** A Dag whose tasks are for workers. */
const FAR: SerializedDag = testDag("far", [
  testTask("one", { queue: "gpu" }),
  testTask("two", {
    queue: "gpu",
    upstreamTaskIds: ["one"],
    retry: { attempts: 1, delaySeconds: 0, backoff: "none", maxDelaySeconds: null, multiplier: 2 },
    inputs: { from: { kind: "xcom", taskId: "one", key: "return_value" } },
  }),
]);

/** A server with attempts that wait for workers; nothing schedules. */
export interface ExecutionServer {
  readonly app: TestApp;
  /** Makes a run and queues one of its task instances, as a scheduler would. @returns the attempt */
  queue(taskId: string, runId?: string): Promise<string>;
  /** Asks as an attempt, or as whoever the headers say. */
  asAttempt(attemptId: string, method: string, path: string, body?: JsonValue): Promise<Answered>;
  /** Starts an attempt. */
  start(attemptId: string, pid?: number): Promise<Answered>;
  /** Rows of late reports. */
  lateReports(): Promise<readonly { readonly attempt_id: string; readonly report: string }[]>;
  state(attemptId: string): Promise<string | null | undefined>;
}

const START_DATE = "2026-01-01T00:00:00Z";

export async function executionServer(overrides: Parameters<typeof testApp>[0] = {}): Promise<ExecutionServer> {
  const app = await testApp(overrides);
  const { database } = app.database;
  await storeDags(database, [FAR]);
  const token = async (attemptId: string) => ({
    authorization: `Bearer ${await app.actions.taskTokens.sign(attemptId)}`,
  });
  const server: ExecutionServer = {
    app,
    async queue(taskId, runId = `run_${randomUUID()}`) {
      const there = await app.ask("GET", `/api/v2/dags/far/dagRuns/${runId}`);
      if (there.status === 404) {
        const made = await app.ask("POST", "/api/v2/dags/far/dagRuns", { dag_run_id: runId, logical_date: null });
        expect(made.status, made.text).toBe(200);
      }
      const attemptId = randomUUID();
      await database.query(
        "update dag_run set state = 'running', start_date = now(), version = version + 1 where run_id = $1",
        [runId],
      );
      await database.query(
        `with t as (
           update task_instance set state = 'queued', attempt_id = $2, try_number = try_number + 1, dispatch_sequence = dispatch_sequence + 1,
             scheduled_at = now(), queued_at = now(), lease_until = null, updated_at = clock_timestamp()
           where dag_run_id = (select id from dag_run where run_id = $3) and task_id = $1
           returning id, try_number, dispatch_sequence
         ), a as (
           insert into task_attempt (attempt_id, task_instance_id, try_number, dispatch_sequence, queued_at)
           select $2, id, try_number, dispatch_sequence, now() from t
         )
         insert into outbox (kind, attempt_id) select 'dispatch', $2 from t`,
        [taskId, attemptId, runId],
      );
      return attemptId;
    },
    asAttempt: async (attemptId, method, path, body) =>
      app.ask(method, `/execution${path}`, body, await token(attemptId)),
    start: (attemptId, pid = 7) =>
      server.asAttempt(attemptId, "PATCH", `/task-instances/${attemptId}/run`, {
        state: "running",
        hostname: "far-away",
        unixname: "ada",
        pid,
        start_date: START_DATE,
      }),
    lateReports: () => database.query("select attempt_id, report from late_report order by id"),
    async state(attemptId) {
      const [row] = await database.query<{ state: string | null }>(
        "select t.state from task_instance t join task_attempt a on a.task_instance_id = t.id where a.attempt_id = $1",
        [attemptId],
      );
      return row?.state;
    },
  };
  return server;
}
