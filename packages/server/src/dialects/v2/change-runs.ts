import { deleteRun, patchRun } from "@windlass/core/actions";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { choice, list, nullable, optional, record, text } from "../../request/field.ts";
import { runView } from "./run-view.ts";
import { runOf } from "./runs.ts";

const runPath = { dag_id: text(), dag_run_id: text() } as const;

/** Changing and deleting runs. */
export const changeRunOperations = [
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}",
    operationId: "patch_dag_run",
    summary: "Sets a run's state or its note",
    action: "dag_run.edit",
    params: runPath,
    query: { update_mask: optional(list(text())) },
    body: record({
      state: optional(nullable(choice(["queued", "success", "failed"]))),
      note: optional(nullable(text({ maxLength: 1000 }))),
    }),
    async handle(call) {
      const { params, query, body } = call;
      const taken = (name: string): boolean =>
        call.given.has(name) && (query.update_mask === undefined || query.update_mask.includes(name));
      const { warnings } = await call.perform(patchRun, {
        dagId: params.dag_id,
        runId: params.dag_run_id,
        state: taken("state") ? (body.state ?? undefined) : undefined,
        note: taken("note") ? body.note : undefined,
      });
      return ok(runView(await runOf(call, params.dag_id, params.dag_run_id)), { warnings });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}",
    operationId: "delete_dag_run",
    summary: "Deletes a run that is not running",
    action: "dag_run.delete",
    answers: [204],
    params: runPath,
    async handle(call) {
      await call.perform(deleteRun, { dagId: call.params.dag_id, runId: call.params.dag_run_id });
      return { status: 204 };
    },
  }),
];
