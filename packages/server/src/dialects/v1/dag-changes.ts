import { deleteDag, patchDag, patchDags } from "@windlass/core/actions";
import { findDag, listDags } from "@windlass/core/queries";
import { invariant, readableDags, refusal, type Verdict } from "@windlass/contract";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { flag, record, text } from "../../request/field.ts";
import { inWordsOf, titleOnly } from "./airflow-words.ts";
import { dagView } from "./dag-view.ts";
import { dagFilters } from "./dags.ts";
import { pageOf } from "./paging.ts";
import { updateMask } from "./update-mask.ts";

const body = record({ is_paused: flag() });

/** Airflow 2 lets nothing but `is_paused` be changed. */
function maskVerdicts(mask: readonly string[] | undefined): readonly Verdict[] {
  if (mask === undefined || (mask.length === 1 && mask[0] === "is_paused")) return [];
  const why = { part: "query", name: "update_mask", problem: "only is_paused can be changed", expected: "is_paused" };
  const airflow = {
    v1: { title: "Bad Request", detail: "Only `is_paused` field can be updated through the REST API" },
  };
  return [
    {
      phase: "fields",
      refusal: refusal("request.field_wrong", why, {
        pointer: "query/update_mask",
        actual: [...mask],
        expected: "is_paused",
        airflow,
      }),
    },
  ];
}

/** Changing Dags. */
export const dagChangeOperations = [
  defineOperation({
    dialect: "v1",
    method: "PATCH",
    path: "/api/v1/dags/{dag_id}",
    operationId: "patch_dag",
    summary: "Pauses or unpauses a Dag",
    action: "dag.edit",
    params: { dag_id: text() },
    query: { update_mask: updateMask },
    body,
    async handle(call) {
      const dagId = call.params.dag_id;
      const { warnings } = await inWordsOf(
        { "dag.unknown": titleOnly(`Dag with id: '${dagId}' not found`) },
        call.perform(patchDag, { dagId, isPaused: call.body.is_paused }, maskVerdicts(call.query.update_mask)),
      );
      const dag = await findDag(call.server.actions.database, dagId);
      invariant(dag, "a Dag just changed is gone");
      return ok(dagView(dag), { warnings });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "PATCH",
    path: "/api/v1/dags",
    operationId: "patch_dags",
    summary: "Pauses or unpauses the Dags that match",
    action: "dag.edit_many",
    query: { ...dagFilters, update_mask: updateMask },
    body,
    async handle({ server, query, principal, perform, body: given }) {
      // Narrowed to what the caller may change, as Airflow 2 does, not to what it may read.
      const editable = readableDags(principal, "can_edit");
      const filter = {
        tags: query.tags,
        excludeStale: query.only_active,
        isPaused: query.paused,
        dagIdPattern: query.dag_id_pattern,
      };
      const found = await listDags(
        server.actions.database,
        editable,
        filter,
        [{ by: "dagId", descending: false }],
        pageOf(query),
      );
      const dagIds = found.rows.map(({ dagId }) => dagId);
      const { result, warnings } = await perform(
        patchDags,
        { dagIds, isPaused: given.is_paused },
        maskVerdicts(query.update_mask),
      );
      const everything = { limit: Math.max(result.dagIds.length, 1), offset: 0 };
      const changed = await listDags(
        server.actions.database,
        editable,
        { dagIds: result.dagIds },
        [{ by: "dagId", descending: false }],
        everything,
      );
      return ok({ dags: changed.rows.map(dagView), total_entries: found.total }, { warnings });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "DELETE",
    path: "/api/v1/dags/{dag_id}",
    operationId: "delete_dag",
    summary: "Deletes a Dag with its runs; its file brings it back",
    action: "dag.delete",
    params: { dag_id: text() },
    answers: [204],
    async handle(call) {
      const dagId = call.params.dag_id;
      const { warnings } = await inWordsOf(
        { "dag.unknown": titleOnly(`Dag with id: '${dagId}' not found`) },
        call.perform(deleteDag, { dagId }),
      );
      return { status: 204, warnings };
    },
  }),
];
