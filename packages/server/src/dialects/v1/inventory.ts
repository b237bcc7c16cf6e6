import { countRunsByState } from "@windlass/core/queries";
import { RUN_STATES } from "@windlass/contract";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { list, optional, text } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { orderField, orderOf, pagingFields } from "./paging.ts";

const WARNING_ORDER = {
  dag_id: "dagId",
  warning_type: "warningType",
  message: "message",
  timestamp: "timestamp",
} as const;

/** What is installed, warned of and counted. */
export const inventoryOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/providers",
    operationId: "get_providers",
    summary: "Providers: the one that brings Windlass's own operators",
    action: "provider.list",
    async handle({ server }) {
      const own = {
        description: "Windlass's own operators: task, bash, sql, empty",
        package_name: "windlass",
        version: server.version,
      };
      return ok({ providers: [own], total_entries: 1 });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/plugins",
    operationId: "get_plugins",
    summary: "Plugins: none, since Windlass loads no code into its server",
    action: "plugin.list",
    query: pagingFields,
    handle: () => Promise.resolve(ok({ plugins: [], total_entries: 0 })),
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dagWarnings",
    operationId: "get_dag_warnings",
    summary: "Dag warnings: none, since what is wrong with a Dag keeps its file from loading",
    action: "dag_warning.list",
    query: { ...pagingFields, order_by: orderField, dag_id: optional(text()), warning_type: optional(text()) },
    async handle({ query }) {
      readOrderBy(orderOf(query.order_by, "dag_id"), WARNING_ORDER);
      return ok({ dag_warnings: [], total_entries: 0 });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dagStats",
    operationId: "get_dag_stats",
    summary: "Numbers of runs by Dag and state",
    action: "dag_stats.read",
    query: { dag_ids: list(text()) },
    async handle({ server, query, scope }) {
      const counted = await countRunsByState(server.actions.database, scope(), query.dag_ids);
      const dags = counted.map(({ dagId, counts }) => ({
        dag_id: dagId,
        stats: RUN_STATES.map((state) => ({ state, count: counts[state] ?? 0 })),
      }));
      return ok({ dags, total_entries: dags.length });
    },
  }),
];
