import { type Instant, NOT_MAPPED, refusal, type Verdict } from "@windlass/contract";
import { type MarkInput, markTaskInstances, setTaskInstanceNote } from "@windlass/core/actions";
import { type Answer, ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { defineOperation } from "../../operation.ts";
import { choice, flag, moment, optional, record, text, withDefault } from "../../request/field.ts";
import { displayNamesOf } from "../display-names.ts";
import { inWordsOf, titleOnly, type Words } from "./airflow-words.ts";
import { taskInstanceReference, taskInstanceView } from "./task-instance-view.ts";
import { instancePath, type InstancePlace, mappedPath, notFoundTitle, taskInstanceOf } from "./task-instances.ts";

const STATES = ["success", "failed", "skipped"] as const;
const stateBody = record({ dry_run: withDefault(flag(), true), new_state: choice(STATES) });
const noteBody = record({ note: text() });

async function patchState(
  call: Call<InstancePlace, unknown, { dry_run: boolean; new_state: (typeof STATES)[number] }>,
  mapIndex: number | undefined,
): Promise<Answer> {
  const { dag_id: dagId, dag_run_id: runId, task_id: taskId } = call.params;
  const input: MarkInput = {
    dagId,
    run: { runId },
    taskId,
    mapIndex,
    state: call.body.new_state,
    dryRun: call.body.dry_run,
  };
  const words = { "dag.unknown": { title: "DAG not found", detail: `DAG '${dagId}' not found` } };
  const { warnings } = await inWordsOf(words, call.perform(markTaskInstances, input));
  // Airflow 2 tells what it would do, and nothing where it did it.
  if (!call.body.dry_run) return ok({}, { warnings });
  return ok(taskInstanceReference(await taskInstanceOf(call, call.params, mapIndex ?? NOT_MAPPED)), { warnings });
}

async function patchNote(call: Call<InstancePlace, unknown, { note: string }>, mapIndex: number): Promise<Answer> {
  const { dag_id: dagId, dag_run_id: runId, task_id: taskId } = call.params;
  const input = { dagId, runId, taskId, mapIndex, note: call.body.note };
  const { warnings } = await inWordsOf(
    { "object.unknown": notFoundTitle(call.params) },
    call.perform(setTaskInstanceNote, input),
  );
  const instance = await taskInstanceOf(call, call.params, mapIndex);
  const nameOf = await displayNamesOf(call.server, [instance]);
  return ok(taskInstanceView(instance, nameOf(instance)), { warnings });
}

interface WhichRun {
  readonly dag_run_id?: string | undefined;
  readonly execution_date?: Instant | undefined;
}

function oneRunVerdicts({ dag_run_id: runId, execution_date: date }: WhichRun): readonly Verdict[] {
  if ((runId === undefined) !== (date === undefined)) return [];
  const data = {
    part: "body",
    name: "dag_run_id",
    problem: "the run is named by its id or by its logical date, by exactly one of them",
    expected: "dag_run_id or execution_date",
  };
  const airflow = {
    v1: {
      title: "Bad Request",
      detail: "{'_schema': ['Exactly one of execution_date or dag_run_id must be provided']}",
    },
  };
  return [{ phase: "fields", refusal: refusal("request.field_wrong", data, { pointer: "/dag_run_id", airflow }) }];
}

const ONE = "/api/v1/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}";

/** Marking task instances, and their notes. */
export const markOperations = [
  defineOperation({
    dialect: "v1",
    method: "PATCH",
    path: ONE,
    operationId: "patch_task_instance",
    summary: "Marks a task instance; only tells which, unless dry_run is false",
    action: "task_instance.edit",
    params: instancePath,
    body: stateBody,
    handle: (call) => patchState(call, undefined),
  }),
  defineOperation({
    dialect: "v1",
    method: "PATCH",
    path: `${ONE}/{map_index}`,
    operationId: "patch_mapped_task_instance",
    summary: "Marks an instance of a mapped task",
    action: "task_instance.edit",
    params: mappedPath,
    body: stateBody,
    handle: (call) => patchState(call, call.params.map_index),
  }),
  defineOperation({
    dialect: "v1",
    method: "PATCH",
    path: `${ONE}/setNote`,
    operationId: "set_task_instance_note",
    summary: "Sets the note of a task instance",
    action: "task_instance.set_note",
    params: instancePath,
    body: noteBody,
    handle: (call) => patchNote(call, NOT_MAPPED),
  }),
  defineOperation({
    dialect: "v1",
    method: "PATCH",
    path: `${ONE}/{map_index}/setNote`,
    operationId: "set_mapped_task_instance_note",
    summary: "Sets the note of an instance of a mapped task",
    action: "task_instance.set_note",
    params: mappedPath,
    body: noteBody,
    handle: (call) => patchNote(call, call.params.map_index),
  }),
  defineOperation({
    dialect: "v1",
    method: "POST",
    path: "/api/v1/dags/{dag_id}/updateTaskInstancesState",
    operationId: "post_set_task_instances_state",
    summary: "Marks a task's instances and those around them; only tells which, unless dry_run is false",
    action: "task_instance.edit",
    params: { dag_id: text() },
    body: record({
      dry_run: withDefault(flag(), true),
      task_id: text(),
      execution_date: optional(moment("rfc3339")),
      dag_run_id: optional(text()),
      include_upstream: flag(),
      include_downstream: flag(),
      include_future: flag(),
      include_past: flag(),
      new_state: choice(STATES),
    }),
    async handle(call) {
      const { body, params } = call;
      const { dag_run_id: runId, execution_date: date } = body;
      const input: MarkInput = {
        dagId: params.dag_id,
        // Where neither is given that is a verdict, so nothing is looked up by the empty id.
        run: date !== undefined && runId === undefined ? { logicalDate: date } : { runId: runId ?? "" },
        taskId: body.task_id,
        upstream: body.include_upstream,
        downstream: body.include_downstream,
        future: body.include_future,
        past: body.include_past,
        state: body.new_state,
        dryRun: body.dry_run,
      };
      const words: Words = {
        "dag.unknown": titleOnly(`Dag ID ${params.dag_id} not found`),
        "object.unknown": ({ airflow }) =>
          airflow?.v1?.title === "Task not found" ? titleOnly(`Task ID ${body.task_id} not found`) : undefined,
      };
      const { result, warnings } = await inWordsOf(words, call.perform(markTaskInstances, input, oneRunVerdicts(body)));
      return ok({ task_instances: result.map(taskInstanceReference) }, { warnings });
    },
  }),
];
