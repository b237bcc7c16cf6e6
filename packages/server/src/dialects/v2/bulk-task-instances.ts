import { RefusalError } from "@windlass/contract";
import { deleteTaskInstance, markTaskInstances, setTaskInstanceNote } from "@windlass/core/actions";
import { listTaskInstances } from "@windlass/core/queries";
import { type Answer, ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { integer, nullable, optional, record, text } from "../../request/field.ts";
import { bulkBody } from "./bulk.ts";
import { bulkPlaces, type PlaceKind } from "./bulk-places.ts";
import { changeFields, sameState } from "./change-task-instances.ts";

const entity = record({
  ...changeFields,
  task_id: text(),
  map_index: optional(nullable(integer())),
  dag_id: optional(nullable(text())),
  dag_run_id: optional(nullable(text())),
});

type Entity = NonNullable<(typeof entity)["value"]>;

interface InstancePlace {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  /** null: all instances of the task. */
  readonly mapIndex: number | null;
}

function named(given: string | null | undefined, inPath: string): string {
  return given == null || given === "" ? inPath : given;
}

// More instances than a task may have in a run.
const EVERY = 100_000;

const instanceKind: PlaceKind<Entity, InstancePlace> = {
  entity,
  rights: { update: "task_instance.edit", delete: "task_instance.delete" },
  rightsOnEach: true,
  createSaid: "Task instances bulk create is not supported",
  ownName: ({ task_id: taskId }) => `task_id: ${taskId}`,
  nameSaid: (name) => `task_id: ${name}`,
  bodyName: "BulkTaskInstanceBody",
  missingNames: "dag_id and dag_run_id",
  placeOf: (each, { dagId, runId }) =>
    typeof each === "string"
      ? { dagId, runId, taskId: each, mapIndex: null }
      : {
          dagId: named(each.dag_id, dagId),
          runId: named(each.dag_run_id, runId),
          taskId: each.task_id,
          mapIndex: each.map_index ?? null,
        },
  dagIdOf: ({ dagId }) => dagId,
  hasWildcard: ({ dagId, runId }) => dagId === "~" || runId === "~",
  keyOf: ({ dagId, runId, taskId, mapIndex }) => `${dagId}.${runId}.${taskId}[${String(mapIndex)}]`,
  async expand({ server }, { dagId, runId, taskId, mapIndex }) {
    const filter = {
      dagIds: [dagId],
      runIds: [runId],
      taskIds: [taskId],
      mapIndexes: mapIndex === null ? undefined : [mapIndex],
    };
    const order = [{ by: "mapIndex", descending: false }] as const;
    const paging = { limit: EVERY, offset: 0 };
    const { rows } = await listTaskInstances(server.actions.database, { all: true }, filter, order, paging);
    return rows.map((row) => ({ dagId, runId, taskId, mapIndex: row.mapIndex }));
  },
  missingSaid: (places) => {
    const [first] = places;
    if (first?.mapIndex === null)
      return `No task instances found for dag_id: ${first.dagId}, run_id: ${first.runId}, task_id: ${first.taskId}`;
    const listed = places.map(
      ({ dagId, runId, taskId, mapIndex }) =>
        `{'dag_id': '${dagId}', 'dag_run_id': '${runId}', 'task_id': '${taskId}', 'map_index': ${String(mapIndex)}}`,
    );
    return `The task instances with these identifiers: [${listed.join(", ")}] were not found`;
  },
  async update(call, { dagId, runId, taskId, mapIndex }, body, taken) {
    const index = mapIndex ?? -1;
    if (taken("note") && body.note != null)
      await call.perform(setTaskInstanceNote, {
        dagId,
        runId,
        taskId,
        mapIndex: index,
        note: body.note === "" ? null : body.note,
      });
    const state = taken("new_state") ? body.new_state : undefined;
    if (state === undefined) return;
    const { result } = await call.perform(markTaskInstances, {
      dagId,
      run: { runId },
      taskId,
      mapIndex: index,
      upstream: body.include_upstream,
      downstream: body.include_downstream,
      past: body.include_past,
      future: body.include_future,
      state,
      dryRun: false,
    });
    if (result.length === 0) throw new RefusalError(sameState(taskId, state));
  },
  async remove(call, { dagId, runId, taskId, mapIndex }) {
    await call.perform(deleteTaskInstance, { dagId, runId, taskId, mapIndex: mapIndex ?? -1 });
  },
};

const BASE = "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances";

/** Changing and deleting many task instances, and deleting one. */
export const bulkTaskInstanceOperations = [
  defineOperation({
    dialect: "v2",
    method: "PATCH",
    path: BASE,
    operationId: "bulk_task_instances",
    summary:
      "Sets the states and notes of many task instances, or deletes them; ~ stands for those that the body names",
    action: "task_instance.edit",
    params: { dag_id: text(), dag_run_id: text() },
    body: bulkBody,
    handle: (call): Promise<Answer> =>
      bulkPlaces(call, instanceKind, { dagId: call.params.dag_id, runId: call.params.dag_run_id }),
  }),
  defineOperation({
    dialect: "v2",
    method: "DELETE",
    path: `${BASE}/{task_id}`,
    operationId: "delete_task_instance",
    summary: "Deletes a task instance with its tries",
    action: "task_instance.delete",
    params: { dag_id: text(), dag_run_id: text(), task_id: text() },
    query: { map_index: optional(integer()) },
    async handle({ params, query, perform }) {
      const { dag_id: dagId, dag_run_id: runId, task_id: taskId } = params;
      await perform(deleteTaskInstance, { dagId, runId, taskId, mapIndex: query.map_index ?? -1 });
      return ok(null);
    },
  }),
];
