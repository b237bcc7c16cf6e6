import { RETURN_VALUE_KEY } from "@windlass/contract";
import { readXCom, renewRemoteAttempt, reportOutcome, startRemoteAttempt } from "@windlass/core/actions";
import { findContinuation, findHumanRequest, findRun, listXComs } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { choice, dictionary, integer, moment, record, text, withDefault } from "../../request/field.ts";
import type { Server } from "../../server.ts";
import { z } from "../v2/moments.ts";
import { type CallingAttempt, defineExecution } from "./operation.ts";
import { executionRunView } from "./run-context.ts";
import { readStateReport } from "./state-report.ts";

/** The path of an attempt. */
export const attemptPath = { task_instance_id: text() };

const NO_CONTENT = { status: 204, type: null } as const;

async function runContext({ actions }: Server, attempt: CallingAttempt): Promise<Record<string, unknown>> {
  const { database } = actions;
  const [run, continuation, xcoms] = await Promise.all([
    findRun(database, attempt.dagId, attempt.runId),
    findContinuation(database, attempt.taskInstanceId),
    listXComs(
      database,
      { all: true },
      {
        dagIds: [attempt.dagId],
        runIds: [attempt.runId],
        taskIds: [attempt.taskId],
        mapIndex: attempt.mapIndex,
      },
      { limit: 1_000, offset: 0 },
    ),
  ]);
  return {
    dag_run: run && executionRunView(run),
    task_reschedule_count: 0,
    max_tries: attempt.maxTries,
    variables: [],
    connections: [],
    xcom_keys_to_clear: continuation ? [] : xcoms.rows.map(({ key }) => key),
    should_retry: attempt.tryNumber <= attempt.maxTries,
    ...(continuation && {
      next_method: continuation.nextMethod,
      next_kwargs: continuation.nextKwargs,
      ...(attempt.startDate !== null && { start_date: z(attempt.startDate) }),
    }),
  };
}

/** An attempt's own reports: that it starts, lives, and how it ended. */
export const taskInstanceOperations = [
  defineExecution({
    method: "PATCH",
    path: "/task-instances/{task_instance_id}/run",
    operationId: "ti_run",
    summary: "Starts a queued attempt; the same start again is answered alike",
    access: "own",
    params: attemptPath,
    body: record({
      state: withDefault(choice(["running"]), "running"),
      hostname: text(),
      unixname: text(),
      pid: integer(),
      start_date: moment(),
    }),
    async handle(call) {
      const { server, params, body } = call;
      await startRemoteAttempt(server.actions, {
        attemptId: params.task_instance_id.toLowerCase(),
        hostname: body.hostname,
        unixname: body.unixname,
        pid: body.pid,
        startDate: body.start_date,
      });
      return ok(await runContext(server, call.attempt()));
    },
  }),
  defineExecution({
    method: "PATCH",
    path: "/task-instances/{task_instance_id}/state",
    operationId: "ti_update_state",
    summary: "Reports how an attempt ended, or that it waits; only the current attempt's report counts",
    access: "own",
    params: attemptPath,
    body: dictionary(),
    async handle(call) {
      const { server, body } = call;
      const attempt = call.attempt();
      const { database, clock } = server.actions;
      const { dagId, runId, taskId, mapIndex, taskInstanceId, tryNumber } = attempt;
      const [left, asked] = await Promise.all([
        body.state === "success"
          ? readXCom(server.actions, { dagId, runId, taskId, mapIndex, key: RETURN_VALUE_KEY })
          : undefined,
        body.state === "awaiting_input" ? findHumanRequest(database, taskInstanceId, tryNumber) : undefined,
      ]);
      const report = readStateReport(body, clock.now(), { returnValue: left?.value, question: asked?.request });
      const answer = await reportOutcome(server.actions, attempt.attemptId, report.outcome, report.continuation);
      return answer === "again" ? { status: 200, type: null } : NO_CONTENT;
    },
  }),
  defineExecution({
    method: "PUT",
    path: "/task-instances/{task_instance_id}/heartbeat",
    operationId: "ti_heartbeat",
    summary: "Gives a sign of life; anything but 204 means that the process is to end",
    access: "own",
    params: attemptPath,
    body: record({ hostname: text(), pid: integer() }),
    async handle({ server, params, body }) {
      await renewRemoteAttempt(server.actions, params.task_instance_id.toLowerCase(), body);
      return NO_CONTENT;
    },
  }),
];
