import type { DeadlineReference, JsonObject, SerializedAlertTarget } from "@windlass/contract";
import {
  type CallbackRow,
  type DeadlineRow,
  findCallback,
  findDefinition,
  listCallbacks,
  listDeadlines,
  listNotifications,
  type NotificationRow,
  type RunRow,
} from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { dagUnknown, objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { integer, text } from "../../request/field.ts";
import { logBytes } from "./log-bytes.ts";
import { pagingFields } from "./paging.ts";
import { runOf } from "./run-of.ts";

const NDJSON = "application/x-ndjson";
const RUN = "/api/windlass/v1/dags/{dag_id}/runs/{run_id}";
const runPath = { dag_id: text(), run_id: text() } as const;

function callbackView(row: CallbackRow): JsonObject {
  const { subject, error } = row;
  const instance = subject.of === "task" ? subject : null;
  return {
    callback_id: row.id,
    of: subject.of,
    kind: subject.kind,
    task_id: instance?.taskId ?? null,
    map_index: instance?.mapIndex ?? null,
    try_number: instance?.tryNumber ?? null,
    index: row.index,
    reason: subject.of === "deadline" ? "deadline_missed" : subject.reason,
    state: row.state,
    deliveries: row.deliveries,
    dedupe_key: row.dedupeKey,
    error: error && { kind: error.kind, name: error.name, message: error.message },
    created_at: row.createdAt,
    started_at: row.startedAt,
    ended_at: row.endedAt,
    next_at: row.state === "pending" ? row.notBefore : null,
  };
}

/** Where it goes, without what may be secret in an address. */
function targetView(target: SerializedAlertTarget): JsonObject {
  if (target.kind === "email") return { kind: target.kind, connection: target.connection, to: target.to, host: null };
  const host = target.url === null || !URL.canParse(target.url) ? null : new URL(target.url).host;
  return { kind: target.kind, connection: target.connection, to: null, host };
}

function alertView(row: NotificationRow): JsonObject {
  const state = row.sentAt !== null ? "sent" : row.givenUpAt !== null ? "given_up" : "pending";
  return {
    alert_id: row.id,
    event: row.event,
    target: targetView(row.target),
    state,
    deliveries: row.deliveries,
    problem: row.problem,
    dedupe_key: row.dedupeKey,
    created_at: row.createdAt,
    sent_at: row.sentAt,
    given_up_at: row.givenUpAt,
    next_at: state === "pending" ? row.notBefore : null,
  };
}

/** Airflow's names for what it shows of a deadline. */
export function deadlineView(row: DeadlineRow, run: Pick<RunRow, "dagId" | "runId">): JsonObject {
  return {
    id: row.id,
    dag_id: run.dagId,
    dag_run_id: run.runId,
    alert_name: row.name,
    deadline_time: row.deadlineAt,
    missed: row.missedAt !== null,
    missed_at: row.missedAt,
    reference_type: REFERENCES[row.reference as DeadlineReference["kind"]],
    interval: row.intervalSeconds,
    variable: row.variable,
    problem: row.problem,
    created_at: row.createdAt,
  };
}

const REFERENCES = {
  queued_at: "DagRunQueuedAtDeadline",
  logical_date: "DagRunLogicalDateDeadline",
  moment: "FixedDatetimeDeadline",
  average_runtime: "AverageRuntimeDeadline",
} as const satisfies Readonly<Record<DeadlineReference["kind"], string>>;

/** Callbacks, alerts and deadlines: what follows from a run outside of the engine. */
export const noticeOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: `${RUN}/callbacks`,
    operationId: "list_callbacks",
    summary: "The callbacks of a run, oldest first, with what became of each call",
    action: "dag_run.read",
    params: runPath,
    query: pagingFields,
    async handle(call) {
      const run = await runOf(call, call.params.dag_id, call.params.run_id);
      const { rows, total } = await listCallbacks(call.server.actions.database, run.id, call.query);
      return ok({ callbacks: rows.map(callbackView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "GET",
    path: `${RUN}/callbacks/{callback_id}/log`,
    operationId: "read_callback_log",
    summary: "The log of a callback, every call of it, as raw lines of JSON",
    action: "log.read",
    params: { ...runPath, callback_id: integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) },
    produces: [NDJSON],
    async handle(call) {
      const { server, params } = call;
      const run = await runOf(call, params.dag_id, params.run_id);
      const found = await findCallback(server.actions.database, run.id, params.callback_id);
      if (found === undefined)
        throw objectUnknown("callback", String(params.callback_id), { pointer: "path/callback_id" });
      const total = (await server.logs.read(found.uuid, 0, 0))?.totalBytes ?? 0;
      return { status: 200, type: NDJSON, stream: logBytes(server.logs, found.uuid, 0, total) };
    },
  }),
  defineOperation({
    dialect: "native",
    method: "GET",
    path: `${RUN}/alerts`,
    operationId: "list_alerts",
    summary: "The alerts of a run, oldest first, with whether they were taken",
    action: "dag_run.read",
    params: runPath,
    query: pagingFields,
    async handle(call) {
      const run = await runOf(call, call.params.dag_id, call.params.run_id);
      const { rows, total } = await listNotifications(call.server.actions.database, run.id, call.query);
      return ok({ alerts: rows.map(alertView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "GET",
    path: `${RUN}/deadlines`,
    operationId: "list_deadlines",
    summary: "The deadlines of a run that are to come or were missed; one that the run met is gone",
    action: "dag_run.read",
    params: runPath,
    query: pagingFields,
    async handle(call) {
      const run = await runOf(call, call.params.dag_id, call.params.run_id);
      const { rows, total } = await listDeadlines(call.server.actions.database, run.id, call.query);
      return ok({ deadlines: rows.map((row) => deadlineView(row, run)), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/dags/{dag_id}/deadline-alerts",
    operationId: "list_deadline_alerts",
    summary: "The deadlines that the Dag's newest version declares for each run",
    action: "dag.read",
    params: { dag_id: text() },
    async handle(call) {
      const found = await findDefinition(call.server.actions.database, call.params.dag_id);
      if (found === undefined) throw await dagUnknown(call, call.params.dag_id);
      const { deadlines = [] } = found.definition;
      return ok({
        deadline_alerts: deadlines.map((each) => ({
          name: each.name,
          reference_type: REFERENCES[each.reference.kind],
          interval: each.intervalSeconds,
          variable: each.intervalVariable ?? null,
          callbacks: each.callbacks,
          alerts: each.alerts.map(targetView),
        })),
        total_entries: deadlines.length,
      });
    },
  }),
];
