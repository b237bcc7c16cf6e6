import { readAttemptRequest, readOutcome, refusal, RefusalError, type WorkerOrders } from "@windlass/contract";
import {
  answerWorkerRequest,
  claimAttempts,
  forgetWorker,
  interruptAttempt,
  noteWorker,
  type PolledWorker,
  reportOutcome,
  tokenOver,
} from "@windlass/core/actions";
import { findBundle, listRunning } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { anything, integer, list, number, record, text, withDefault } from "../../request/field.ts";
import type { Server } from "../../server.ts";
import { defineExecution } from "./operation.ts";
import { attemptPath } from "./task-instances.ts";

const UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
const MOST_AT_ONCE = 100;
const LONGEST_WAIT_SECONDS = 30;
// What nobody told of (another process queued or cleared something) is found by looking.
const LOOK_MS = 500;

/** Everything of this worker that is news: attempts to run, and those it runs without permission. */
async function news(server: Server, worker: PolledWorker): Promise<Omit<WorkerOrders, "lease_seconds" | "now">> {
  const { actions } = server;
  const limit = Math.min(worker.free, MOST_AT_ONCE);
  const [workloads, running] = await Promise.all([
    limit === 0 ? [] : claimAttempts(actions, { queues: worker.queues, limit }),
    listRunning(actions.database, worker.attempts),
  ]);
  return { workloads, revoked: worker.attempts.filter((attemptId) => !running.has(attemptId)) };
}

/** Settles when a task instance was queued or taken away by this process, after a while, or when the caller is gone. */
function somethingHappened(server: Server, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      forget();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, LOOK_MS);
    const forget = server.live.subscribe(({ kind, state }) => {
      if (kind === "task_instance" && state !== "scheduled" && state !== "running") end();
    });
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
  });
}

const pollBody = record({
  worker_id: text({ pattern: UUID }),
  hostname: text({ minLength: 1, maxLength: 255 }),
  pid: integer({ minimum: 1 }),
  version: text({ maxLength: 100 }),
  queues: list(text({ minLength: 1, maxLength: 256 })),
  parallelism: integer({ minimum: 1, maximum: 10_000 }),
  free: integer({ minimum: 0, maximum: 10_000 }),
  attempts: list(text({ pattern: UUID })),
  wait_seconds: withDefault(number({ minimum: 0 }), 0),
});

/** What only Windlass's own workers ask, below Airflow's API: work, bundles, answers to what tasks ask, logs. */
export const workerOperations = [
  defineExecution({
    method: "POST",
    path: "/worker/poll",
    operationId: "worker_poll",
    summary: "Gives a worker attempts to run, and tells which of its attempts have lost their permission",
    access: "worker",
    isOwn: true,
    body: pollBody,
    async handle({ server, body, signal }) {
      const { actions } = server;
      const worker: PolledWorker = {
        workerId: body.worker_id,
        hostname: body.hostname,
        pid: body.pid,
        version: body.version,
        queues: body.queues,
        parallelism: body.parallelism,
        free: body.free,
        attempts: body.attempts,
      };
      await noteWorker(actions.database, worker);
      const until = performance.now() + Math.min(body.wait_seconds, LONGEST_WAIT_SECONDS) * 1_000;
      let found = await news(server, worker);
      while (found.workloads.length + found.revoked.length === 0 && performance.now() < until && !signal.aborted) {
        await somethingHappened(server, signal);
        // What is claimed for a caller that is gone is lost for a while.
        if (!signal.aborted) found = await news(server, worker);
      }
      const orders: WorkerOrders = {
        ...found,
        lease_seconds: actions.config.scheduler.task_instance_heartbeat_timeout,
        now: actions.clock.now(),
      };
      return ok(orders, { headers: { "cache-control": "no-store" } });
    },
  }),
  defineExecution({
    method: "DELETE",
    path: "/worker/{worker_id}",
    operationId: "worker_goodbye",
    summary: "Forgets a worker that has stopped in good order",
    access: "worker",
    isOwn: true,
    params: { worker_id: text({ pattern: UUID }) },
    async handle({ server, params }) {
      await forgetWorker(server.actions.database, params.worker_id);
      return { status: 204, type: null };
    },
  }),
  defineExecution({
    method: "GET",
    path: "/worker/attempts/{task_instance_id}/bundle",
    operationId: "worker_bundle",
    summary: "The code of the attempt's Dag version; its SHA-256 is the hash that came with the attempt",
    access: "own",
    isOwn: true,
    params: attemptPath,
    async handle(call) {
      const attempt = call.attempt();
      // A bundle is needed before the start, and never after the end.
      if (!attempt.isCurrent || (attempt.state !== "queued" && attempt.state !== "running"))
        throw new RefusalError(tokenOver(attempt.attemptId));
      const code = await findBundle(call.server.actions.database, attempt.bundleHash);
      if (code === undefined) {
        const data = { kind: "bundle", name: attempt.bundleHash, near: "" };
        throw new RefusalError(refusal("object.unknown", data));
      }
      return { status: 200, type: "text/javascript", body: code, headers: { etag: `"${attempt.bundleHash}"` } };
    },
  }),
  defineExecution({
    method: "POST",
    path: "/worker/attempts/{task_instance_id}/requests",
    operationId: "worker_request",
    summary: "Answers what user code asks while it runs: connections, variables, XComs",
    access: "own_running",
    isOwn: true,
    params: attemptPath,
    body: anything(),
    async handle(call) {
      const request = readAttemptRequest(call.body);
      if (request === undefined) throw noSuch("a request of an attempt");
      const response = await answerWorkerRequest(call.server.actions, call.attempt(), request, (error) => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        call.server.logger.error("a request of an attempt failed", { error: text });
      });
      return ok(response, { headers: { "cache-control": "no-store" } });
    },
  }),
  defineExecution({
    method: "POST",
    path: "/worker/attempts/{task_instance_id}/outcome",
    operationId: "worker_outcome",
    summary: "Reports how an attempt ended, with its result; only the current attempt's report counts",
    access: "own",
    isOwn: true,
    params: attemptPath,
    body: anything(),
    async handle(call) {
      const outcome = readOutcome(call.body);
      if (outcome === undefined) throw noSuch("an outcome of an attempt");
      const answer = await reportOutcome(call.server.actions, call.attempt().attemptId, outcome);
      return ok({ answer });
    },
  }),
  defineExecution({
    method: "POST",
    path: "/worker/attempts/{task_instance_id}/interrupted",
    operationId: "worker_interrupted",
    summary: "Gives an attempt back, because the worker stops in good order; that consumes no try",
    access: "own",
    isOwn: true,
    params: attemptPath,
    async handle(call) {
      return ok({ answer: await interruptAttempt(call.server.actions, call.attempt().attemptId) });
    },
  }),
  defineExecution({
    method: "PUT",
    path: "/worker/attempts/{task_instance_id}/log",
    operationId: "worker_log",
    summary: "Appends a part of the attempt's log; a part that is there already is not written twice",
    access: "own",
    isOwn: true,
    params: attemptPath,
    query: { offset: integer({ minimum: 0 }) },
    async handle(call) {
      const { server, query, bytes = new Uint8Array() } = call;
      const attempt = call.attempt();
      // Whoever took the attempt away has ended its log.
      if (!attempt.isCurrent || (attempt.state !== "running" && attempt.state !== "restarting"))
        throw new RefusalError(tokenOver(attempt.attemptId));
      const limit = server.actions.config.execution_api.log_bytes_per_attempt;
      const size = await server.logSink?.append(attempt.attemptId, query.offset, bytes, limit);
      if (size === undefined) throw new RefusalError(refusal("execution.log_full", { limit: 0 }, { limit: 0 }));
      if (size < query.offset)
        throw new RefusalError(refusal("execution.log_gap", { offset: query.offset, size }, { currentValue: size }));
      if (size >= limit && query.offset + bytes.length > size)
        throw new RefusalError(refusal("execution.log_full", { limit }, { limit }));
      return ok({ size });
    },
  }),
];

function noSuch(what: string): RefusalError {
  const data = {
    name: "the body",
    part: "body",
    problem: `it is not ${what}.`,
    expected: "what Windlass's own worker sends",
  };
  return new RefusalError(refusal("request.field_wrong", data, { pointer: "" }));
}
