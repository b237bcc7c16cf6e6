import { refuse } from "@windlass/contract";
import { answerHuman } from "@windlass/core/actions";
import {
  findHumanStep,
  type HumanStepRow,
  type HumanStepSort,
  listHumanSteps,
  listTaskInstances,
  listTries,
  type TaskInstanceRow,
} from "@windlass/core/queries";
import { type Answer, ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { defineOperation } from "../../operation.ts";
import { dictionary, flag, integer, judged, list, optional, record, text, withDefault } from "../../request/field.ts";
import { readOrderBy } from "../../request/order-by.ts";
import type { Server } from "../../server.ts";
import { displayNamesOf } from "../display-names.ts";
import { triesOf } from "../tries.ts";
import { z, zOrNull } from "./moments.ts";
import { orderField, pageOf, pagingFields } from "./paging.ts";
import { momentBounds, rangeOf } from "./ranges.ts";
import { statesOf } from "./task-instance-filters.ts";
import { mappedPath, taskInstanceOf } from "./task-instance-of.ts";
import { taskInstanceView, tryView } from "./task-instance-view.ts";

const ORDER = {
  ti_id: "id",
  subject: "subject",
  responded_at: "respondedAt",
  created_at: "createdAt",
  responded_by_user_id: "respondedById",
  responded_by_user_name: "respondedByName",
  dag_id: "dagId",
  run_id: "runId",
  task_display_name: "taskId",
  run_after: "runAfter",
  rendered_map_index: "renderedMapIndex",
  task_instance_operator: "operator",
  task_instance_state: "state",
} as const satisfies Readonly<Record<string, HumanStepSort>>;

/** A question as v2 shows it. @param taskInstance the task instance, or its try, as v2 shows it */
function humanStepView(step: HumanStepRow, taskInstance: Record<string, unknown>): Record<string, unknown> {
  const { request } = step;
  return {
    options: request.options,
    subject: request.subject,
    body: request.body,
    defaults: request.defaults,
    multiple: request.multiple,
    params: Object.fromEntries(
      Object.entries(request.params).map(([name, { value, description, schema }]) => [
        name,
        { value, description, schema },
      ]),
    ),
    assigned_users: request.assignedUsers,
    created_at: z(step.createdAt),
    responded_by_user: step.respondedBy,
    responded_at: zOrNull(step.respondedAt),
    chosen_options: step.chosenOptions,
    params_input: step.paramsInput,
    response_received: step.respondedAt !== null,
    task_instance: taskInstance,
  };
}

function noStep({ attemptId, taskId, runId }: TaskInstanceRow): never {
  const airflow = { v2: `Human-in-the-loop detail does not exist for Task Instance with id ${attemptId}` };
  throw refuse("human_step.none", { task_id: taskId, run_id: runId }, { airflow });
}

async function stepsView(server: Server, steps: readonly HumanStepRow[]): Promise<readonly unknown[]> {
  const ids = steps.map(({ taskInstanceId }) => taskInstanceId);
  const paging = { limit: Math.max(ids.length, 1), offset: 0 };
  const { rows } = await listTaskInstances(server.actions.database, { all: true }, { ids }, [], paging);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const nameOf = await displayNamesOf(server, rows);
  return steps.flatMap((step) => {
    const row = byId.get(step.taskInstanceId);
    return row === undefined ? [] : [humanStepView(step, taskInstanceView(row, nameOf(row)))];
  });
}

const chosenOptions = judged<readonly string[]>((value) =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string")
    ? undefined
    : "it has to be a list of at least one option",
);

const path = "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/hitlDetails";

async function oneTry(
  call: Pick<Call<unknown, unknown, unknown>, "server">,
  params: { dag_id: string; dag_run_id: string; task_id: string; map_index: number; try_number: number },
): Promise<Answer> {
  const row = await taskInstanceOf(call, params, params.map_index);
  const { database } = call.server.actions;
  const step = await findHumanStep(database, row.id, params.try_number);
  const tried = triesOf(row, await listTries(database, row.id)).findLast(
    (each) => each.tryNumber === params.try_number,
  );
  if (step === undefined || tried === undefined) return noStep(row);
  return ok(humanStepView(step, tryView(row, (await displayNamesOf(call.server, [row]))(row), tried)));
}

/** Questions to people, and their answers. */
export const humanStepOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/hitlDetails",
    operationId: "get_hitl_details",
    summary: "Questions that tasks ask people; ~ stands for all Dags or runs",
    action: "human_step.list",
    params: { dag_id: text(), dag_run_id: text() },
    query: {
      ...pagingFields,
      dag_id_pattern: optional(text()),
      dag_id_prefix_pattern: optional(text()),
      task_id: optional(text()),
      task_id_pattern: optional(text()),
      task_id_prefix_pattern: optional(text()),
      map_index: optional(integer()),
      state: optional(list(text())),
      response_received: optional(flag()),
      responded_by_user_id: optional(list(text())),
      responded_by_user_name: optional(list(text())),
      subject_search: optional(text()),
      body_search: optional(text()),
      ...momentBounds("created_at"),
      order_by: orderField("ti_id"),
    },
    async handle({ server, params, query, scope }) {
      const { rows, total } = await listHumanSteps(
        server.actions.database,
        scope(),
        {
          dagIds: params.dag_id === "~" ? undefined : [params.dag_id],
          runIds: params.dag_run_id === "~" ? undefined : [params.dag_run_id],
          dagIdPattern: query.dag_id_pattern,
          dagIdPrefix: query.dag_id_prefix_pattern,
          taskIds: query.task_id === undefined ? undefined : [query.task_id],
          taskIdPattern: query.task_id_pattern,
          taskIdPrefix: query.task_id_prefix_pattern,
          mapIndexes: query.map_index === undefined ? undefined : [query.map_index],
          states: statesOf(query.state),
          isAnswered: query.response_received,
          respondedByIds: query.responded_by_user_id,
          respondedByNames: query.responded_by_user_name,
          subjectPattern: query.subject_search,
          bodyPattern: query.body_search,
          createdAt: rangeOf(query, "created_at"),
        },
        readOrderBy(query.order_by, ORDER),
        pageOf(query),
      );
      return ok({ hitl_details: await stepsView(server, rows), total_entries: total });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path,
    operationId: "get_hitl_detail",
    summary: "The question of a task instance",
    action: "human_step.read",
    params: mappedPath,
    async handle(call) {
      const row = await taskInstanceOf(call, call.params, call.params.map_index);
      const step = await findHumanStep(call.server.actions.database, row.id);
      if (step === undefined) return noStep(row);
      const name = (await displayNamesOf(call.server, [row]))(row);
      return ok(humanStepView(step, taskInstanceView(row, name)));
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: `${path}/tries/{try_number}`,
    operationId: "get_hitl_detail_try_detail",
    summary: "The question of one try of a task instance",
    action: "human_step.read",
    params: { ...mappedPath, try_number: integer() },
    handle: (call) => oneTry(call, call.params),
  }),
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path,
    operationId: "update_hitl_detail",
    summary: "Answers the question of a task instance",
    action: "human_step.answer",
    params: mappedPath,
    body: record({ chosen_options: chosenOptions, params_input: withDefault(dictionary(), {}) }),
    async handle({ params, body, perform }) {
      const { result } = await perform(answerHuman, {
        dagId: params.dag_id,
        runId: params.dag_run_id,
        taskId: params.task_id,
        mapIndex: params.map_index,
        chosenOptions: body.chosen_options,
        paramsInput: body.params_input,
      });
      return ok({
        responded_by: result.respondedBy,
        responded_at: z(result.respondedAt),
        chosen_options: result.chosenOptions,
        params_input: result.paramsInput,
      });
    },
  }),
];
