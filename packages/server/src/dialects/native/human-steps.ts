import { answerHuman } from "@windlass/core/actions";
import { type HumanStepRow, isAssigned, listHumanSteps } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { dictionary, flag, list, optional, record, text, withDefault } from "../../request/field.ts";
import { pagingFields } from "./paging.ts";
import { instancePath, mapIndexQuery } from "./task-instance-of.ts";

/** A question as the UI and the CLI show it. @param forMe whether the caller may answer it */
function humanStepView(step: HumanStepRow, forMe: boolean): Record<string, unknown> {
  const { request } = step;
  return {
    dag_id: step.dagId,
    run_id: step.runId,
    task_id: step.taskId,
    map_index: step.mapIndex,
    try_number: step.tryNumber,
    state: step.state,
    open: step.isOpen,
    for_me: forMe,
    subject: request.subject,
    body: request.body,
    options: request.options,
    defaults: request.defaults,
    multiple: request.multiple,
    params: request.params,
    assigned_users: request.assignedUsers,
    asked_at: step.createdAt,
    due_at: step.dueAt,
    answer:
      step.respondedAt === null
        ? null
        : {
            at: step.respondedAt,
            by: step.respondedBy,
            chosen_options: step.chosenOptions,
            params_input: step.paramsInput,
            timed_out: step.timedOut,
          },
  };
}

/** Questions to people. */
export const humanStepOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/human-steps",
    operationId: "list_human_steps",
    summary: "Questions that tasks ask people, the oldest first; only open ones unless `all` is given",
    action: "human_step.list_all",
    query: { ...pagingFields, all: withDefault(flag(), false), dag_id: optional(text()), run_id: optional(text()) },
    async handle({ server, query, scope, principal, may }) {
      const { rows, total } = await listHumanSteps(
        server.actions.database,
        scope(),
        {
          dagIds: query.dag_id === undefined ? undefined : [query.dag_id],
          runIds: query.run_id === undefined ? undefined : [query.run_id],
          isOpen: query.all ? undefined : true,
        },
        [{ by: "createdAt", descending: query.all }],
        { limit: query.limit, offset: query.offset },
      );
      const steps = rows.map((step) =>
        humanStepView(step, step.isOpen && may("human_step.answer", step.dagId) && isAssigned(step.request, principal)),
      );
      return ok({ human_steps: steps, total_entries: total });
    },
  }),
  defineOperation({
    dialect: "native",
    method: "POST",
    path: "/api/windlass/v1/dags/{dag_id}/runs/{run_id}/task-instances/{task_id}/answer",
    operationId: "answer_human_step",
    summary: "Answers the question of a task instance; the first answer counts",
    action: "human_step.answer",
    params: instancePath,
    query: mapIndexQuery,
    body: record({ chosen_options: list(text()), params_input: withDefault(dictionary(), {}) }),
    async handle({ params, query, body, perform }) {
      const { result } = await perform(answerHuman, {
        dagId: params.dag_id,
        runId: params.run_id,
        taskId: params.task_id,
        mapIndex: query.map_index,
        chosenOptions: body.chosen_options,
        paramsInput: body.params_input,
      });
      return ok({
        by: result.respondedBy,
        at: result.respondedAt,
        chosen_options: result.chosenOptions,
        params_input: result.paramsInput,
      });
    },
  }),
];
