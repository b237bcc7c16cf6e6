import { deleteRun, patchRun, setRunNoteAction } from "@windlass/core/actions";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { choice, record, text } from "../../request/field.ts";
import { inWordsOf, titleOnly, type Words } from "./airflow-words.ts";
import { runView } from "./run-view.ts";
import { runOf } from "./runs.ts";

const runPath = { dag_id: text(), dag_run_id: text() } as const;
const ONE = "/api/v1/dags/{dag_id}/dagRuns/{dag_run_id}";

function unknownIn(place: { readonly dag_id: string; readonly dag_run_id: string }): Words {
  return { "run.unknown": titleOnly(`Dag Run id ${place.dag_run_id} not found in dag ${place.dag_id}`) };
}

/** Changing runs. */
export const runChangeOperations = [
  defineOperation({
    dialect: "v1",
    method: "PATCH",
    path: ONE,
    operationId: "update_dag_run_state",
    summary: "Marks a run as success, failed or queued",
    action: "dag_run.edit",
    params: runPath,
    body: record({ state: choice(["success", "failed", "queued"]) }),
    async handle(call) {
      const { dag_id: dagId, dag_run_id: runId } = call.params;
      const { warnings } = await inWordsOf(
        unknownIn(call.params),
        call.perform(patchRun, { dagId, runId, state: call.body.state }),
      );
      return ok(runView(await runOf(call, dagId, runId)), { warnings });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "PATCH",
    path: `${ONE}/setNote`,
    operationId: "set_dag_run_note",
    summary: "Sets the note of a run",
    action: "dag_run.set_note",
    params: runPath,
    body: record({ note: text() }),
    async handle(call) {
      const { dag_id: dagId, dag_run_id: runId } = call.params;
      const { warnings } = await inWordsOf(
        unknownIn(call.params),
        call.perform(setRunNoteAction, { dagId, runId, note: call.body.note }),
      );
      return ok(runView(await runOf(call, dagId, runId)), { warnings });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "DELETE",
    path: ONE,
    operationId: "delete_dag_run",
    summary: "Deletes a run with everything below it",
    action: "dag_run.delete",
    params: runPath,
    answers: [204],
    async handle(call) {
      const { dag_id: dagId, dag_run_id: runId } = call.params;
      const { warnings } = await call.perform(deleteRun, { dagId, runId });
      return { status: 204, warnings };
    },
  }),
];
