import { type Instant, type JsonObject, refuse } from "@windlass/contract";
import { type AUDIT_SORTS, type AuditRow, findAudit, listAudit } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Server } from "../../server.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { flag, integer, list, moment, optional, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { configSections } from "../config-sections.ts";
import { pythonJson } from "../secrets.ts";
import { z, zOrNull } from "./moments.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";
import { momentBounds, rangeOf } from "./ranges.ts";

const ORDER = {
  id: "id",
  event_log_id: "id",
  when: "at",
  dttm: "at",
  dag_id: "dagId",
  task_id: "taskId",
  run_id: "runId",
  event: "action",
  logical_date: "id",
  owner: "accountName",
  extra: "extra",
} as const satisfies Record<string, keyof typeof AUDIT_SORTS>;

function eventLogView(row: AuditRow): Record<string, unknown> {
  return {
    event_log_id: row.id,
    when: z(row.at),
    dag_id: row.dagId,
    task_id: row.taskId,
    run_id: row.runId,
    map_index: row.mapIndex,
    try_number: row.tryNumber,
    event: row.action,
    logical_date: zOrNull(row.logicalDate),
    owner: row.accountName,
    extra: row.extra === null ? null : pythonJson(withMethodLast(row.extra)),
    dag_display_name: row.dagDisplayName,
    task_display_name: row.taskId,
  };
}

/** As Airflow writes it: what was sent, then the method. */
function withMethodLast({ method, ...sent }: JsonObject): JsonObject {
  return method === undefined ? sent : { ...sent, method };
}

/** `before` and `after`, which bound the same moment as `when_lt` and `when_gt`. */
function momentsOf({ before, after }: { readonly before?: Instant | undefined; readonly after?: Instant | undefined }) {
  return { ...(before === undefined ? {} : { lt: before }), ...(after === undefined ? {} : { gt: after }) };
}

function refuseHiddenConfig(server: Server): void {
  if (server.actions.config.api.expose_config) return;
  throw refuse(
    "config.hidden",
    {},
    {
      airflow: {
        v2: "Your Airflow administrator chose not to expose the configuration, most likely for security reasons.",
      },
    },
  );
}

/** The audit log, the configuration, and lists of what Airflow has installed. */
export const aboutOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/eventLogs",
    operationId: "get_event_logs",
    summary: "What principals did",
    action: "event_log.list",
    query: {
      ...pagingFields,
      order_by: orderField("id"),
      dag_id: optional(text()),
      task_id: optional(text()),
      run_id: optional(text()),
      map_index: optional(integer()),
      try_number: optional(integer()),
      owner: optional(text()),
      event: optional(text()),
      excluded_events: optional(list(text())),
      included_events: optional(list(text())),
      ...momentBounds("when"),
      before: optional(moment("utc")),
      after: optional(moment("utc")),
      dag_id_pattern: optional(text()),
      task_id_pattern: optional(text()),
      run_id_pattern: optional(text()),
      owner_pattern: optional(text()),
      event_pattern: optional(text()),
      dag_id_prefix_pattern: optional(text()),
      task_id_prefix_pattern: optional(text()),
      run_id_prefix_pattern: optional(text()),
      owner_prefix_pattern: optional(text()),
      event_prefix_pattern: optional(text()),
    },
    async handle({ server, query, scope }) {
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
          actions: query.event === undefined ? query.included_events : [query.event],
          excludedActions: query.excluded_events,
          dagIdPattern: query.dag_id_pattern,
          taskIdPattern: query.task_id_pattern,
          runIdPattern: query.run_id_pattern,
          accountPattern: query.owner_pattern,
          actionPattern: query.event_pattern,
          dagIdPrefix: query.dag_id_prefix_pattern,
          taskIdPrefix: query.task_id_prefix_pattern,
          runIdPrefix: query.run_id_prefix_pattern,
          accountPrefix: query.owner_prefix_pattern,
          actionPrefix: query.event_prefix_pattern,
          at: { ...rangeOf<Instant>(query, "when"), ...momentsOf(query) },
        },
        readOrderBy(query.order_by, ORDER),
        pageOf(query),
      );
      return ok({ event_logs: rows.map(eventLogView), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/eventLogs/{event_log_id}",
    operationId: "get_event_log",
    summary: "One row of the audit log",
    action: "event_log.read",
    params: { event_log_id: integer() },
    async handle({ server, params, scope }) {
      const row = await findAudit(server.actions.database, scope(), params.event_log_id);
      if (row !== undefined) return ok(eventLogView(row));
      const id = String(params.event_log_id);
      throw objectUnknown("audit row", id, { airflow: { v2: `The Event Log with id: \`${id}\` not found` } });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/config",
    operationId: "get_config",
    summary: "The configuration, where the administrator opened it",
    action: "config.read",
    query: { section: optional(text()) },
    async handle({ server, query }) {
      refuseHiddenConfig(server);
      const sections = configSections(server.actions.config).filter(
        ({ name }) => query.section === undefined || name === query.section,
      );
      if (sections.length === 0)
        throw objectUnknown("section", query.section ?? "", {
          airflow: { v2: `Section ${query.section ?? ""} not found.` },
        });
      return ok({ sections });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/config/section/{section}/option/{option}",
    operationId: "get_config_value",
    summary: "One option of the configuration",
    action: "config.read",
    params: { section: text(), option: text() },
    async handle({ server, params }) {
      refuseHiddenConfig(server);
      const section = configSections(server.actions.config).find(({ name }) => name === params.section);
      const option = section?.options.find(({ key }) => key === params.option);
      if (option === undefined) {
        throw objectUnknown("option", `${params.section}/${params.option}`, {
          airflow: { v2: `Option [${params.section}/${params.option}] not found.` },
        });
      }
      return ok({ sections: [{ name: params.section, options: [option] }] });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/providers",
    operationId: "get_providers",
    summary: "Airflow's provider packages: none",
    action: "provider.list",
    query: pagingFields,
    handle: async () => ok({ providers: [], total_entries: 0 }),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/plugins",
    operationId: "get_plugins",
    summary: "Airflow's plugins: none",
    action: "plugin.list",
    query: pagingFields,
    handle: async () => ok({ plugins: [], total_entries: 0 }),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/plugins/importErrors",
    operationId: "import_errors",
    summary: "Plugins that do not load: none",
    action: "plugin.list",
    handle: async () => ok({ import_errors: [], total_entries: 0 }),
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/jobs",
    operationId: "get_jobs",
    summary: "Airflow's job records: none; the health answer tells what is alive",
    action: "job.list",
    query: {
      ...pagingFields,
      order_by: orderField("id"),
      job_state: optional(text()),
      job_type: optional(text()),
      hostname: optional(text()),
      executor_class: optional(text()),
      is_alive: optional(flag()),
      ...momentBounds("start_date"),
      ...momentBounds("end_date"),
    },
    handle: async () => ok({ jobs: [], total_entries: 0 }),
  }),
];
