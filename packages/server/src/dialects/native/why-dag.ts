import { explainDag } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { dagUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { text } from "../../request/field.ts";

/** Why a Dag that waits for assets has no run. */
export const whyDagOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/dags/{dag_id}/why",
    operationId: "why_dag",
    summary:
      "Which assets a Dag waits for, which have had their events and since when, and what else keeps it from running",
    action: "dag.read",
    params: { dag_id: text() },
    async handle(call) {
      const { server, params } = call;
      const why = await explainDag(server.actions.database, params.dag_id);
      if (why === undefined) throw await dagUnknown(call, params.dag_id);
      const { assets, reasons } = why ?? { assets: [], reasons: [] };
      return ok({
        dag_id: params.dag_id,
        waits_for_assets: why !== null,
        moving: why !== null && reasons.length === 0,
        reasons: reasons.map(({ code, summary, fix }) => ({ code, summary, fix })),
        assets,
      });
    },
  }),
];
