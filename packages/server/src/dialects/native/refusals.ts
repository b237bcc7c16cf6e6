import {
  countRefusedRequests,
  findRefusedRequest,
  listRefusedRequests,
  type RefusedRequestReader,
} from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { moment, optional, text } from "../../request/field.ts";
import { pagingFields } from "./paging.ts";
import { codeCountView, refusedRequestView } from "./refused-request-view.ts";

/** Own rows for everyone; those who may read the audit log see all, as far as they may read the Dags they are about. */
function readerOf({
  principal,
  may,
  scope,
}: Pick<Call<unknown, unknown, unknown>, "principal" | "may" | "scope">): RefusedRequestReader {
  return { accountId: principal.id, others: may("refusal.list_all", null) ? scope() : null };
}

/** The log of refused requests. */
export const refusalOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/refusals",
    operationId: "list_refusals",
    summary: "Refused requests, newest first, with their numbers by code: one's own, for administrators everybody's",
    action: "refusal.list",
    query: {
      code: optional(text()),
      account: optional(text()),
      dag_id: optional(text()),
      since: optional(moment("utc")),
      ...pagingFields,
    },
    async handle(call) {
      const { server, query } = call;
      const { database, refusals } = server.actions;
      // What was refused a moment ago may still wait to be written.
      await refusals.flush();
      const filter = {
        reader: readerOf(call),
        code: query.code,
        accountName: query.account,
        dagId: query.dag_id,
        since: query.since,
      };
      const [{ rows, total }, counts] = await Promise.all([
        listRefusedRequests(database, filter, { limit: query.limit, offset: query.offset }),
        countRefusedRequests(database, filter),
      ]);
      return ok({ refusals: rows.map(refusedRequestView), total_entries: total, by_code: counts.map(codeCountView) });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/refusals/{request_id}",
    operationId: "get_refusal",
    summary: "One refused request by the request id that its answer carried",
    action: "refusal.read",
    params: { request_id: text() },
    async handle(call) {
      const { server, params } = call;
      await server.actions.refusals.flush();
      const row = await findRefusedRequest(server.actions.database, params.request_id, readerOf(call));
      if (row === undefined) throw objectUnknown("refused request", params.request_id, { pointer: "path/request_id" });
      return ok(refusedRequestView(row));
    },
  }),
];
