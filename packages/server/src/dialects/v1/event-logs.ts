import { type AuditRow, findAudit, listAudit } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { integer, list, moment, optional, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { pythonJson } from "../secrets.ts";
import { titleOnly } from "./airflow-words.ts";
import { iso, isoOrNull } from "./moments.ts";
import { orderField, orderOf, pageOf, pagingFields } from "./paging.ts";

const ORDER = {
  event_log_id: "id",
  when: "at",
  dag_id: "dagId",
  task_id: "taskId",
  run_id: "runId",
  event: "action",
  owner: "accountName",
  extra: "extra",
} as const;

// Airflow 2's names of what goes by Airflow 3's names in the audit log.
const EVENT_NAMES: Readonly<Record<string, string>> = {
  trigger_dag_run: "api.post_dag_run",
  patch_dag_run: "api.update_dag_run_state",
  set_dag_run_note: "api.set_dag_run_note",
  delete_dag_run: "api.delete_dag_run",
  clear_dag_run: "api.clear_dag_run",
  patch_dag: "api.patch_dag",
  patch_dags: "api.patch_dags",
  delete_dag: "api.delete_dag",
};
const STORED_NAMES = Object.fromEntries(Object.entries(EVENT_NAMES).map(([stored, shown]) => [shown, stored]));

function storedName(event: string): string {
  return STORED_NAMES[event] ?? event;
}

function eventLogView(row: AuditRow): Record<string, unknown> {
  return {
    dag_id: row.dagId,
    event: EVENT_NAMES[row.action] ?? row.action,
    event_log_id: row.id,
    // As on Airflow 2, only what happened to a task instance has one.
    execution_date: row.taskId === null ? null : isoOrNull(row.logicalDate),
    extra: row.extra === null ? null : pythonJson(row.extra),
    map_index: row.mapIndex,
    owner: row.accountName,
    run_id: row.runId,
    task_id: row.taskId,
    try_number: row.tryNumber,
    when: iso(row.at),
  };
}

/** Reading the audit log. */
export const eventLogOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/eventLogs",
    operationId: "get_event_logs",
    summary: "What principals did",
    action: "event_log.list",
    query: {
      ...pagingFields,
      order_by: orderField,
      dag_id: optional(text()),
      task_id: optional(text()),
      run_id: optional(text()),
      map_index: optional(integer()),
      try_number: optional(integer()),
      event: optional(text()),
      owner: optional(text()),
      before: optional(moment("rfc3339")),
      after: optional(moment("rfc3339")),
      included_events: optional(list(text())),
      excluded_events: optional(list(text())),
    },
    async handle({ server, query, scope }) {
      const included = query.event === undefined ? query.included_events : [query.event];
      const { rows, total } = await listAudit(
        server.actions.database,
        scope(),
        {
          dagId: query.dag_id,
          taskId: query.task_id,
          runId: query.run_id,
          mapIndex: query.map_index,
          tryNumber: query.try_number,
          accountName: query.owner,
          actions: included?.map(storedName),
          excludedActions: query.excluded_events?.map(storedName),
          at: { lt: query.before, gt: query.after },
        },
        readOrderBy(orderOf(query.order_by, "event_log_id"), ORDER),
        pageOf(query),
      );
      return ok({ event_logs: rows.map(eventLogView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/eventLogs/{event_log_id}",
    operationId: "get_event_log",
    summary: "One entry of the audit log",
    action: "event_log.read",
    params: { event_log_id: integer() },
    async handle({ server, params, scope }) {
      const row = await findAudit(server.actions.database, scope(), params.event_log_id);
      if (row !== undefined) return ok(eventLogView(row));
      throw objectUnknown("event log entry", String(params.event_log_id), {
        pointer: "path/event_log_id",
        airflow: { v1: titleOnly("Event Log not found") },
      });
    },
  }),
];
