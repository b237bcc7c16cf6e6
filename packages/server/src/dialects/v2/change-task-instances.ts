import {
  type DecisionWarning,
  type JsonValue,
  NOT_MAPPED,
  type Refusal,
  refusal,
  RefusalError,
  type Verdict,
} from "@windlass/contract";
import { markTaskInstances, setTaskInstanceNote } from "@windlass/core/actions";
import { findRun, listTaskInstances, type TaskInstanceRow } from "@windlass/core/queries";
import type { Answer } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import {
  flag,
  integer,
  judged,
  list,
  nullable,
  optional,
  record,
  text,
  type ValueOf,
  withDefault,
} from "../../request/field.ts";
import type { Server } from "../../server.ts";
import { affectedRows } from "./clear.ts";
import { taskInstancePage } from "./task-instance-page.ts";

const STATES = ["success", "failed", "skipped"] as const;

/** What may be changed of task instances. */
export const changeFields = {
  new_state: optional(
    judged<(typeof STATES)[number]>((value: JsonValue) => {
      if (value === null) return "'new_state' should not be empty";
      if (STATES.some((each) => each === value)) return undefined;
      return `'${typeof value === "string" ? value : JSON.stringify(value)}' is not one of ['success', 'failed', 'skipped']`;
    }),
  ),
  note: optional(nullable(text({ maxLength: 1000 }))),
  include_upstream: withDefault(flag(), false),
  include_downstream: withDefault(flag(), false),
  include_future: withDefault(flag(), false),
  include_past: withDefault(flag(), false),
};

interface Place {
  readonly dag_id: string;
  readonly dag_run_id: string;
  readonly task_id: string;
}

type Patch = Call<Place, { readonly update_mask?: readonly string[] | undefined }, ValueOf<typeof changeFields>>;

async function patch(call: Patch, mapIndex: number | undefined, dryRun: boolean): Promise<Answer> {
  const { server, params, query, body, given } = call;
  const taken = (name: string): boolean =>
    given.has(name) && (query.update_mask === undefined || query.update_mask.includes(name));
  const place = { dagId: params.dag_id, runId: params.dag_run_id, taskId: params.task_id };
  const state = taken("new_state") ? body.new_state : undefined;
  const note = noteOf(body.note, taken("note"), query.update_mask !== undefined);
  const before = await instancesOf(server, place, mapIndex);
  const isAlone = !body.include_upstream && !body.include_downstream && !body.include_past && !body.include_future;
  const verdicts = await placeVerdicts(server, place, mapIndex, before, dryRun || !isAlone ? undefined : state);
  const warnings: DecisionWarning[] = [];
  let rows: readonly TaskInstanceRow[] = before;
  if (state !== undefined || note === undefined) {
    const marked = await call.perform(
      markTaskInstances,
      {
        dagId: place.dagId,
        run: { runId: place.runId },
        taskId: place.taskId,
        mapIndex,
        upstream: body.include_upstream,
        downstream: body.include_downstream,
        past: body.include_past,
        future: body.include_future,
        state: state ?? "success",
        // Without a state nothing is marked; the decision is asked for nevertheless.
        dryRun: dryRun || state === undefined,
      },
      verdicts,
    );
    warnings.push(...marked.warnings);
    if (state !== undefined && !dryRun && marked.result.length === 0)
      throw new RefusalError(sameState(place.taskId, state));
    // Told is what a dry run is about, and otherwise what the path names, however much went along with it.
    if (state !== undefined && dryRun) rows = await affectedRows(server, marked.result);
  }
  if (note !== undefined && !dryRun) {
    for (const { mapIndex: index } of before.length > 0 ? before : [{ mapIndex: mapIndex ?? NOT_MAPPED }]) {
      const noted = await call.perform(setTaskInstanceNote, { ...place, mapIndex: index, note }, verdicts);
      warnings.push(...noted.warnings);
    }
  }
  if (!dryRun) rows = await instancesOf(server, place, mapIndex);
  return { ...(await taskInstancePage(server, rows, rows.length)), warnings };
}

/** The note to be written; undefined: none. As on Airflow null is one only where a mask names it, and an empty one takes the note away. */
export function noteOf(note: string | null | undefined, isTaken: boolean, hasMask: boolean): string | null | undefined {
  if (!isTaken || (note == null && !hasMask)) return undefined;
  return note === "" ? null : (note ?? null);
}

/** That a change by hand finds nothing in another state. */
export function sameState(
  taskId: string,
  state: string,
  said = `Task id ${taskId} is already in ${state} state`,
): Refusal {
  return refusal(
    "task_instance.state_same",
    { task_id: taskId, state },
    { currentValue: state, airflow: { v2: said } },
  );
}

interface Named {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
}

async function instancesOf(
  server: Server,
  { dagId, runId, taskId }: Named,
  mapIndex: number | undefined,
): Promise<readonly TaskInstanceRow[]> {
  const filter = {
    dagIds: [dagId],
    runIds: [runId],
    taskIds: [taskId],
    mapIndexes: mapIndex === undefined ? undefined : [mapIndex],
  };
  return (
    await listTaskInstances(server.actions.database, { all: true }, filter, [{ by: "mapIndex", descending: false }], {
      limit: 1000,
      offset: 0,
    })
  ).rows;
}

/** What Airflow 3 says of a task instance that is not there, or has the state already. */
async function placeVerdicts(
  server: Server,
  { dagId, runId, taskId }: Named,
  mapIndex: number | undefined,
  before: readonly TaskInstanceRow[],
  state: string | undefined,
): Promise<readonly Verdict[]> {
  if (before.length === 0) {
    const hasRun = (await findRun(server.actions.database, dagId, runId)) !== undefined;
    const said = hasRun
      ? `Task '${taskId}' not found in Dag '${dagId}'`
      : [
          `The Task Instance with dag_id: \`${dagId}\`, run_id: \`${runId}\`, task_id: \`${taskId}\` and map_index: \`${String(mapIndex ?? "None")}\` was not found`,
        ];
    const data = { kind: "task instance", name: `${taskId} in the run ${runId} of ${dagId}`, near: "" };
    return [
      {
        phase: "existence",
        refusal: refusal("object.unknown", data, { pointer: "path/task_id", airflow: { v2: said } }),
      },
    ];
  }
  if (state === undefined || before.some((row) => row.state !== state)) return [];
  return [{ phase: "state", refusal: sameState(taskId, state) }];
}

const base = "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}";
const place = { dag_id: text(), dag_run_id: text(), task_id: text() } as const;
const mask = optional(list(text()));

function operation(path: string, operationId: string, isMapped: boolean, dryRun: boolean): Operation {
  const shared = {
    dialect: "v2",
    method: "PATCH",
    path,
    operationId,
    summary: dryRun
      ? "Tells which task instances a change by hand would be about"
      : "Sets the state of task instances, or their note",
    action: "task_instance.edit",
    body: record(changeFields),
  } as const;
  return isMapped
    ? defineOperation({
        ...shared,
        params: { ...place, map_index: integer() },
        query: { update_mask: mask },
        // A path that names no map index is judged here too, and then has none.
        handle: (call) =>
          patch(call, Number.isInteger(call.params.map_index) ? call.params.map_index : undefined, dryRun),
      })
    : defineOperation({
        ...shared,
        params: place,
        query: { map_index: optional(integer()), update_mask: mask },
        handle: (call) => patch(call, call.query.map_index, dryRun),
      });
}

/** Changing task instances by hand. */
export const changeTaskInstanceOperations = [
  operation(base, "patch_task_instance", false, false),
  operation(`${base}/dry_run`, "patch_task_instance_dry_run", false, true),
  operation(`${base}/{map_index}`, "patch_task_instance_by_map_index", true, false),
  operation(`${base}/{map_index}/dry_run`, "patch_task_instance_dry_run_by_map_index", true, true),
];
