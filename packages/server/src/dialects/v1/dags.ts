import { type DagRow, findDag, listDags } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { dagUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { flag, list, optional, text, withDefault } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import { dagDetailsView, dagView } from "./dag-view.ts";
import { orderField, orderOf, pageOf, pagingFields, returnFields } from "./paging.ts";
import { cutTo } from "./return-fields.ts";

const ORDER = { dag_id: "dagId" } as const;

/** What lists of Dags are picked by. */
export const dagFilters = {
  ...pagingFields,
  tags: optional(list(text())),
  only_active: withDefault(flag(), true),
  paused: optional(flag()),
  dag_id_pattern: optional(text()),
} as const;

/** The Dag of a path. @throws RefusalError in the words of `GET /dags/{dag_id}` */
async function dagOf(call: Pick<Call<unknown, unknown, unknown>, "server" | "scope">, dagId: string): Promise<DagRow> {
  const dag = await findDag(call.server.actions.database, dagId);
  if (dag !== undefined) return dag;
  throw await dagUnknown(call, dagId, {
    v1: { title: "DAG not found", detail: `The DAG with dag_id: ${dagId} was not found` },
  });
}

/** Reading Dags. */
export const dagOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dags",
    operationId: "get_dags",
    summary: "Dags that the caller may read",
    action: "dag.list",
    query: { ...dagFilters, order_by: orderField, fields: returnFields },
    async handle({ server, query, scope }) {
      const { rows, total } = await listDags(
        server.actions.database,
        scope(),
        {
          tags: query.tags,
          excludeStale: query.only_active,
          isPaused: query.paused,
          dagIdPattern: query.dag_id_pattern,
        },
        readOrderBy(orderOf(query.order_by, "dag_id"), ORDER),
        pageOf(query),
      );
      return ok({ dags: rows.map(dagView).map(cutTo(query.fields, "DAGSchema")), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dags/{dag_id}",
    operationId: "get_dag",
    summary: "One Dag",
    action: "dag.read",
    params: { dag_id: text() },
    query: { fields: returnFields },
    handle: async (call) => ok(cutTo(call.query.fields, "DAGSchema")(dagView(await dagOf(call, call.params.dag_id)))),
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/dags/{dag_id}/details",
    operationId: "get_dag_details",
    summary: "One Dag with all that its file says",
    action: "dag.read",
    params: { dag_id: text() },
    query: { fields: returnFields },
    handle: async (call) =>
      ok(cutTo(call.query.fields, "DAGDetailSchema")(dagDetailsView(await dagOf(call, call.params.dag_id)))),
  }),
];
