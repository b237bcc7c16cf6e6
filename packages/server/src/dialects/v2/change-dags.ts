import { type Refusal, refusal, type Verdict } from "@windlass/contract";
import { deleteDag, patchDag, patchDags } from "@windlass/core/actions";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { flag, list, optional, record, text } from "../../request/field.ts";
import { dagLists, dagOf } from "./dags.ts";
import { dagView } from "./dag-view.ts";

const body = record({ is_paused: flag() });

function maskVerdicts(mask: readonly string[] | undefined): readonly Verdict[] {
  const other =
    mask === undefined || (mask.length === 1 && mask[0] === "is_paused")
      ? undefined
      : (mask.find((each) => each !== "is_paused") ?? mask[0]);
  if (other === undefined) return [];
  const wrong: Refusal = {
    ...refusal(
      "request.field_wrong",
      { part: "query", name: "update_mask", problem: `${other} cannot be changed`, expected: "is_paused" },
      {
        pointer: "query/update_mask",
        actual: other,
        expected: "is_paused",
        airflow: { v2: "Only `is_paused` field can be updated through the REST API" },
      },
    ),
    status: { v1: 400, v2: 400, native: 400 },
  };
  return [{ phase: "fields", refusal: wrong }];
}

/** Pausing, unpausing and deleting Dags. */
export const changeDagOperations = [
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path: "/api/v2/dags/{dag_id}",
    operationId: "patch_dag",
    summary: "Pauses or unpauses a Dag",
    action: "dag.edit",
    params: { dag_id: text() },
    query: { update_mask: optional(list(text())) },
    body,
    async handle(call) {
      const { params, query } = call;
      const { warnings } = await call.perform(
        patchDag,
        { dagId: params.dag_id, isPaused: call.body.is_paused },
        maskVerdicts(query.update_mask),
      );
      return ok(dagView(await dagOf(call, params.dag_id)), { warnings });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path: "/api/v2/dags",
    operationId: "patch_dags",
    summary: "Pauses or unpauses the Dags that match and that the caller may edit",
    action: "dag.edit_many",
    query: { ...dagLists.filters, update_mask: optional(list(text())) },
    body,
    async handle(call) {
      const editable = { ...call, scope: call.editScope };
      // A query that is wrong picks nothing; `perform` tells what is wrong with it.
      const broken = (call.request.verdicts?.length ?? 0) > 0;
      const { rows, total } = broken ? { rows: [], total: 0 } : await dagLists.read(editable);
      const { warnings } = await call.perform(
        patchDags,
        { dagIds: rows.map(({ dagId }) => dagId), isPaused: call.body.is_paused },
        maskVerdicts(call.query.update_mask),
      );
      return ok(
        { dags: rows.map((row) => dagView({ ...row, isPaused: call.body.is_paused })), total_entries: total },
        { warnings },
      );
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: "/api/v2/dags/{dag_id}",
    operationId: "delete_dag",
    summary: "Deletes a Dag with its history; while its file is there it comes back",
    action: "dag.delete",
    answers: [204],
    params: { dag_id: text() },
    async handle(call) {
      await call.perform(deleteDag, { dagId: call.params.dag_id });
      return { status: 204, type: null };
    },
  }),
];
