import {
  type HumanParam,
  type HumanRequest,
  isJsonObject,
  type JsonObject,
  refusal,
  RefusalError,
} from "@windlass/contract";
import { answerHumanRequests, insertHumanRequests } from "@windlass/core/actions";
import { findHumanRequest } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { dictionary, flag, list, nullable, optional, record, text, withDefault } from "../../request/field.ts";
import { zOrNull } from "../v2/moments.ts";
import { notFound } from "./not-found.ts";
import { type CallingAttempt, defineExecution, type ExecutionCall } from "./operation.ts";
import { attemptPath } from "./task-instances.ts";

/** A field of the form: Airflow's Task SDK sends a serialized param, older ones a plain value. */
function paramOf(value: JsonObject[string]): HumanParam {
  if (!isJsonObject(value) || !("value" in value)) return { value, description: null, schema: {} };
  const { description = null, schema = {} } = value;
  return {
    value: value.value ?? null,
    description: typeof description === "string" ? description : null,
    schema: isJsonObject(schema) ? schema : {},
  };
}

async function questionOf(call: Pick<ExecutionCall<unknown, unknown, unknown>, "server">, attempt: CallingAttempt) {
  const found = await findHumanRequest(call.server.actions.database, attempt.taskInstanceId, attempt.tryNumber);
  if (found) return found;
  const message =
    "HITLDetail not found. This happens most likely due to clearing task instance before receiving response.";
  throw notFound("question", attempt.taskId, message);
}

function responseView(found: Awaited<ReturnType<typeof questionOf>>): Record<string, unknown> {
  return {
    response_received: found.respondedAt !== null,
    responded_by_user:
      found.respondedById === null
        ? null
        : { id: found.respondedById, name: found.respondedByName ?? found.respondedById },
    responded_at: zOrNull(found.respondedAt),
    chosen_options: found.chosenOptions,
    params_input: found.paramsInput ?? {},
  };
}

/** The question of a human step, kept before the attempt begins to wait for its answer. */
export const humanOperations = [
  defineExecution({
    method: "POST",
    path: "/hitlDetails/{task_instance_id}",
    operationId: "upsert_hitl_detail",
    summary: "Keeps what a person is to be asked",
    access: "own_running",
    params: attemptPath,
    body: record({
      ti_id: text(),
      options: list(text()),
      subject: text(),
      body: optional(nullable(text())),
      defaults: optional(nullable(list(text()))),
      multiple: withDefault(flag(), false),
      params: optional(dictionary()),
      assigned_users: optional(list(record({ id: text(), name: text() }))),
    }),
    async handle(call) {
      const { body, server } = call;
      const attempt = call.attempt();
      const request: HumanRequest = {
        subject: body.subject,
        body: body.body ?? null,
        options: body.options,
        defaults: body.defaults ?? null,
        multiple: body.multiple,
        params: Object.fromEntries(Object.entries(body.params ?? {}).map(([name, value]) => [name, paramOf(value)])),
        assignedUsers: body.assigned_users ?? [],
      };
      await insertHumanRequests(server.actions.database, [
        {
          taskInstanceId: attempt.taskInstanceId,
          tryNumber: attempt.tryNumber,
          attemptId: attempt.attemptId,
          request,
          createdAt: server.actions.clock.now(),
          dueAt: null,
        },
      ]);
      const { defaults, multiple, options, subject } = request;
      const told = { options, subject, body: request.body, defaults, multiple, params: body.params ?? {} };
      return ok({ ti_id: attempt.attemptId, ...told, assigned_users: request.assignedUsers }, { status: 201 });
    },
  }),
  defineExecution({
    method: "PATCH",
    path: "/hitlDetails/{task_instance_id}",
    operationId: "update_hitl_detail",
    summary: "Answers the own question in place of a person",
    access: "own_running",
    params: attemptPath,
    body: record({ ti_id: text(), chosen_options: list(text()), params_input: optional(dictionary()) }),
    async handle(call) {
      const { body, server } = call;
      const attempt = call.attempt();
      const found = await questionOf(call, attempt);
      if (found.respondedAt !== null) {
        const v2 = `Human-in-the-loop detail for Task Instance with id ${attempt.attemptId} already exists.`;
        throw new RefusalError(refusal("object.exists", { kind: "answer", name: attempt.taskId }, { airflow: { v2 } }));
      }
      const answer = {
        chosen_options: body.chosen_options,
        params_input: body.params_input ?? {},
        responded_at: server.actions.clock.now(),
        responded_by_user: null,
        timedout: false,
      };
      const { taskInstanceId, tryNumber } = attempt;
      await answerHumanRequests(server.actions.database, [{ taskInstanceId, tryNumber, answer }]);
      return ok(responseView(await questionOf(call, attempt)));
    },
  }),
  defineExecution({
    method: "GET",
    path: "/hitlDetails/{task_instance_id}",
    operationId: "get_hitl_detail",
    summary: "Whether the own question is answered",
    access: "own_running",
    params: attemptPath,
    handle: async (call) => ok(responseView(await questionOf(call, call.attempt()))),
  }),
];
