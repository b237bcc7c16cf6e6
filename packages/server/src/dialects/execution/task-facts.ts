import { type JsonValue, RefusalError } from "@windlass/contract";
import {
  attemptReplaced,
  skipDownstream,
  storeRenderedFields,
  storeRenderedMapIndex,
  tokenOver,
} from "@windlass/core/actions";
import {
  findDefinition,
  findPreviousDagRun,
  findRescheduledSince,
  findRun,
  listInactiveAssets,
  taskOf,
} from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { anything, dictionary, list, record } from "../../request/field.ts";
import { z, zOrNull } from "../v2/moments.ts";
import { wrongField } from "./not-found.ts";
import { defineExecution } from "./operation.ts";
import { attemptPath } from "./task-instances.ts";

const NO_CONTENT = { status: 204, type: null } as const;

/** `"task"`, or `["task", 3]` for one of its instances. */
function namedTask(value: JsonValue): { readonly taskId: string; readonly mapIndex: number } {
  if (typeof value === "string") return { taskId: value, mapIndex: -1 };
  const [taskId, mapIndex] = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  if (typeof taskId !== "string" || typeof mapIndex !== "number")
    throw wrongField(
      "tasks",
      "body",
      "one is neither a task id nor a pair.",
      '"task" or ["task", 3]',
      "invalid_request",
    );
  return { taskId, mapIndex };
}

/** What a running attempt says and asks of itself besides its state. */
export const taskFactOperations = [
  defineExecution({
    method: "PATCH",
    path: "/task-instances/{task_instance_id}/skip-downstream",
    operationId: "ti_skip_downstream",
    summary: "Skips task instances of the run that have not begun",
    access: "own_running",
    params: attemptPath,
    body: record({ tasks: list(anything()) }),
    async handle(call) {
      await skipDownstream(call.server.actions, call.attempt(), call.body.tasks.map(namedTask));
      return NO_CONTENT;
    },
  }),
  defineExecution({
    method: "PUT",
    path: "/task-instances/{task_instance_id}/rtif",
    operationId: "put_rtif",
    summary: "Keeps what the task's fields were rendered to",
    access: "own",
    params: attemptPath,
    body: dictionary(),
    async handle(call) {
      const { attemptId, isCurrent } = call.attempt();
      if (!(await storeRenderedFields(call.server.actions.database, attemptId, call.body)))
        throw new RefusalError(isCurrent ? tokenOver(attemptId) : attemptReplaced(attemptId));
      return ok({ message: "Rendered task instance fields successfully set" }, { status: 201 });
    },
  }),
  defineExecution({
    method: "PATCH",
    path: "/task-instances/{task_instance_id}/rendered-map-index",
    operationId: "ti_patch_rendered_map_index",
    summary: "Names the map index of a mapped task instance",
    access: "own_running",
    params: attemptPath,
    body: anything(),
    async handle(call) {
      const { body } = call;
      if (typeof body !== "string" || body === "")
        throw wrongField("rendered_map_index", "body", "it is empty or no text.", "a text", "invalid_request");
      await storeRenderedMapIndex(call.server.actions.database, call.attempt().attemptId, body.slice(0, 250));
      return NO_CONTENT;
    },
  }),
  defineExecution({
    method: "GET",
    path: "/task-instances/{task_instance_id}/previous-successful-dagrun",
    operationId: "get_previous_successful_dagrun",
    summary: "The dates of the Dag's last successful run before this one",
    access: "own_running",
    params: attemptPath,
    async handle(call) {
      const { database } = call.server.actions;
      const { dagId, runId } = call.attempt();
      const logicalDate = (await findRun(database, dagId, runId))?.logicalDate ?? null;
      const run = logicalDate === null ? undefined : await findPreviousDagRun(database, dagId, logicalDate, "success");
      return ok({
        data_interval_start: zOrNull(run?.dataIntervalStart ?? null),
        data_interval_end: zOrNull(run?.dataIntervalEnd ?? null),
        start_date: zOrNull(run?.startDate ?? null),
        end_date: zOrNull(run?.endDate ?? null),
      });
    },
  }),
  defineExecution({
    method: "GET",
    path: "/task-instances/{task_instance_id}/validate-inlets-and-outlets",
    operationId: "validate_inlets_and_outlets",
    summary: "Which of the task's inlets and outlets are not active assets",
    access: "own_running",
    params: attemptPath,
    async handle(call) {
      const { database } = call.server.actions;
      const { dagId, versionNumber, taskId } = call.attempt();
      const version = await findDefinition(database, dagId, versionNumber);
      const task = version && taskOf(version, taskId);
      const named = [...(task?.inlets ?? []), ...(task?.outlets ?? [])].filter((each) => each.kind === "asset");
      const inactive = await listInactiveAssets(database, named);
      return ok({ inactive_assets: inactive.map(({ name, uri }) => ({ name, uri, type: "Asset" })) });
    },
  }),
  defineExecution({
    method: "GET",
    path: "/task-reschedules/{task_instance_id}/start_date",
    operationId: "get_start_date",
    summary: "When the try first began, where it has been rescheduled since",
    access: "own_running",
    params: attemptPath,
    async handle(call) {
      const since = await findRescheduledSince(call.server.actions.database, call.attempt().attemptId);
      return ok(since === undefined ? null : z(since));
    },
  }),
];
