import { type DecisionWarning, RefusalError, type Verdict } from "@windlass/contract";
import { markTaskInstances, setTaskInstanceNote } from "@windlass/core/actions";
import { findDefinition, listTaskInstances, type TaskInstanceRow } from "@windlass/core/queries";
import type { Answer } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { dagUnknown, objectUnknown } from "../../not-found.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { list, optional, record, text, type ValueOf } from "../../request/field.ts";
import { affectedRows } from "./clear.ts";
import { changeFields, noteOf, sameState } from "./change-task-instances.ts";
import { taskInstancePage } from "./task-instance-page.ts";

interface Place {
  readonly dag_id: string;
  readonly dag_run_id: string;
  readonly group_id: string;
}

type Patch = Call<Place, { readonly update_mask?: readonly string[] | undefined }, ValueOf<typeof changeFields>>;

async function patchGroup(call: Patch, dryRun: boolean): Promise<Answer> {
  const { server, params, query, body, given } = call;
  const taken = (name: string): boolean =>
    given.has(name) && (query.update_mask === undefined || query.update_mask.includes(name));
  const { verdicts, members } = await membersOf(call, params);
  call.judgeAll(["task_instance.edit"], verdicts);
  const state = taken("new_state") ? body.new_state : undefined;
  const note = noteOf(body.note, taken("note"), query.update_mask !== undefined);
  const warnings: DecisionWarning[] = [];
  let ids = members.map(({ id }) => id);
  if (note !== undefined && !dryRun) {
    const place = { dagId: params.dag_id, runId: params.dag_run_id };
    for (const { taskId, mapIndex } of members)
      await call.perform(setTaskInstanceNote, { ...place, taskId, mapIndex, note });
  }
  const [first, ...others] = new Set(members.map(({ taskId }) => taskId));
  if (state !== undefined && first !== undefined) {
    const marked = await call.perform(markTaskInstances, {
      dagId: params.dag_id,
      run: { runId: params.dag_run_id },
      taskId: first,
      otherTaskIds: others,
      upstream: body.include_upstream,
      downstream: body.include_downstream,
      past: body.include_past,
      future: body.include_future,
      state,
      dryRun,
    });
    warnings.push(...marked.warnings);
    const said = `All task instances in the group are already in ${state} state`;
    if (marked.result.length === 0 && !dryRun) throw new RefusalError(sameState(params.group_id, state, said));
    ids = marked.result.map(({ id }) => id);
  }
  const rows = await affectedRows(
    server,
    ids.map((id) => ({ id })),
  );
  return { ...(await taskInstancePage(server, rows, rows.length)), warnings };
}

/** The task instances of a group in a run, and what speaks against changing them. */
async function membersOf(
  call: Pick<Patch, "server" | "scope">,
  { dag_id: dagId, dag_run_id: runId, group_id: groupId }: Place,
): Promise<{ readonly verdicts: readonly Verdict[]; readonly members: readonly TaskInstanceRow[] }> {
  const found = await findDefinition(call.server.actions.database, dagId);
  if (found === undefined)
    return {
      verdicts: [missing(await dagUnknown(call, dagId, { v2: `The Dag with ID: \`${dagId}\` was not found` }))],
      members: [],
    };
  const groups = withSubgroups(found.definition.taskGroups, groupId);
  if (groups.size === 0) {
    const said = `Task group '${groupId}' not found in DAG '${dagId}'`;
    return { verdicts: [missing(objectUnknown("task group", groupId, { airflow: { v2: said } }))], members: [] };
  }
  const taskIds = found.definition.tasks
    .filter((task) => task.taskGroupId !== null && groups.has(task.taskGroupId))
    .map((task) => task.taskId);
  const { rows } = await listTaskInstances(
    call.server.actions.database,
    { all: true },
    { dagIds: [dagId], runIds: [runId], taskIds },
    [{ by: "id", descending: false }],
    { limit: EVERY, offset: 0 },
  );
  if (rows.length > 0) return { verdicts: [], members: rows };
  const said = `No task instances found for task group '${groupId}' in dag run '${runId}'`;
  return { verdicts: [missing(objectUnknown("run", runId, { airflow: { v2: said } }))], members: [] };
}

// More instances than a run may have.
const EVERY = 100_000;

function missing(error: RefusalError): Verdict {
  return { phase: "existence", refusal: error.refusals[0] };
}

function withSubgroups(
  all: readonly { readonly groupId: string; readonly parentGroupId: string | null }[],
  groupId: string,
): ReadonlySet<string> {
  const found = new Set(all.filter((each) => each.groupId === groupId).map((each) => each.groupId));
  // A group stands behind the one that holds it.
  for (const each of all) if (each.parentGroupId !== null && found.has(each.parentGroupId)) found.add(each.groupId);
  return found;
}

const BASE = "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskGroupInstances/{group_id}";

function operation(path: string, operationId: string, dryRun: boolean): Operation {
  return defineOperation({
    dialect: "v2",
    method: "PATCH",
    path,
    operationId,
    summary: dryRun
      ? "Tells which task instances of a group a change by hand would be about"
      : "Sets the state or the note of all task instances of a group",
    action: "task_instance.edit",
    params: { dag_id: text(), dag_run_id: text(), group_id: text() },
    query: { update_mask: optional(list(text())) },
    body: record(changeFields),
    handle: (call) => patchGroup(call, dryRun),
  });
}

/** Changing the task instances of a group by hand. */
export const taskGroupOperations = [
  operation(BASE, "patch_task_group_instances", false),
  operation(`${BASE}/dry_run`, "patch_task_group_instances_dry_run", true),
];
