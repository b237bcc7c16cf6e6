import { type DagSort, lastRunsByDag, listDags } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { flag, list, optional, text, withDefault } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { dagRowView } from "./dag-row-view.ts";
import { pagingFields } from "./paging.ts";

const MARKS = 14;

const ORDER: Readonly<Record<string, DagSort>> = {
  dag_id: "dagId",
  display_name: "displayName",
  next_run_after: "nextRunAfter",
  is_paused: "isPaused",
  last_run_state: "lastRunState",
  last_run_start_date: "lastRunStartDate",
};

/** The overview of Dags: what a screen of many Dags shows, in three statements whatever their number. */
export const dagOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/dags",
    operationId: "list_dags",
    summary: "Dags with their schedule, their last runs and what the caller may do with them",
    action: "dag.list",
    query: {
      search: optional(text()),
      tags: optional(list(text())),
      paused: optional(flag()),
      has_errors: optional(flag()),
      include_stale: withDefault(flag(), false),
      order_by: withDefault(list(text()), ["dag_id"]),
      ...pagingFields,
    },
    async handle({ server, query, scope, may }) {
      const { rows, total } = await listDags(
        server.actions.database,
        scope(),
        {
          search: query.search,
          tags: query.tags,
          isPaused: query.paused,
          hasImportErrors: query.has_errors,
          excludeStale: !query.include_stale,
        },
        readOrderBy(query.order_by, ORDER),
        { limit: query.limit, offset: query.offset },
      );
      const shown = rows.map(({ dagId }) => dagId).filter((dagId) => may("dag_run.list", dagId));
      const runs =
        shown.length === 0 ? new Map<string, never>() : await lastRunsByDag(server.actions.database, shown, MARKS);
      const dags = rows.map((dag) =>
        dagRowView(dag, runs.get(dag.dagId) ?? [], {
          trigger: may("dag_run.create", dag.dagId),
          pause: may("dag.edit", dag.dagId),
        }),
      );
      return ok({ dags, total_entries: total });
    },
  }),
];
