import { isJsonObject, type JsonValue, type Verdict } from "@windlass/contract";
import { type AffectedTaskInstance, clearNewTasks, clearRun, clearTaskInstances } from "@windlass/core/actions";
import { findDefinition, listTaskInstances, type TaskInstanceRow } from "@windlass/core/queries";
import { type Answer, ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { defineOperation } from "../../operation.ts";
import {
  flag,
  judged,
  list,
  moment,
  nullable,
  optional,
  record,
  text,
  type ValueOf,
  withDefault,
} from "../../request/field.ts";
import type { Server } from "../../server.ts";
import { displayNamesOf } from "../display-names.ts";
import { bodyVerdict } from "./body-verdict.ts";
import { runView } from "./run-view.ts";
import { runOf } from "./runs.ts";
import { taskInstancePage } from "./task-instance-page.ts";
import { taskInstanceView } from "./task-instance-view.ts";

type NamedTask = string | readonly [string, number];

// A task, or one of its mapped instances.
const namedTask = judged<NamedTask>((value: JsonValue) => {
  if (typeof value === "string") return undefined;
  const isPair =
    Array.isArray(value) && value.length === 2 && typeof value[0] === "string" && Number.isInteger(value[1]);
  return isPair ? undefined : "a task is named by its id, or by its id and a map index";
});

/** The rows of task instances that a change by hand touched, or would touch. */
export async function affectedRows(
  server: Server,
  affected: readonly Pick<AffectedTaskInstance, "id">[],
): Promise<readonly TaskInstanceRow[]> {
  const paging = { limit: Math.max(affected.length, 1), offset: 0 };
  const ids = affected.map(({ id }) => id);
  return (
    await listTaskInstances(server.actions.database, { all: true }, { ids }, [{ by: "id", descending: false }], paging)
  ).rows;
}

/** Airflow 3 passes over ids of tasks that the Dag does not have. */
async function knownTasks(
  server: Server,
  dagId: string,
  named: readonly NamedTask[] | null | undefined,
): Promise<{ readonly taskIds?: readonly string[]; readonly mapped?: readonly (readonly [string, number])[] }> {
  if (named == null) return {};
  const definition = await findDefinition(server.actions.database, dagId);
  const known = new Set(definition?.definition.tasks.map(({ taskId }) => taskId));
  return {
    taskIds: named.filter((each) => typeof each === "string").filter((each) => known.has(each)),
    mapped: named.filter((each) => typeof each !== "string").filter(([taskId]) => known.has(taskId)),
  };
}

/** What Airflow's own model refuses of a clear's body besides the types of its fields. */
function contradictions({ rawBody }: Pick<Call<unknown, unknown, unknown>, "rawBody">): readonly Verdict[] {
  if (!isJsonObject(rawBody)) return [];
  const { only_failed: onlyFailed, only_running: onlyRunning, task_ids: taskIds } = rawBody;
  const [start, end, run] = [rawBody.start_date, rawBody.end_date, rawBody.dag_run_id].map(
    (each) => each !== undefined && each !== null && each !== "",
  );
  const wrong = (message: string, expected: string): readonly Verdict[] => [bodyVerdict(message, expected, rawBody)];
  if (onlyFailed === true && onlyRunning === true)
    return wrong("only_failed and only_running both are set to True", "one of the two");
  const at = (moment: JsonValue | undefined): number => (typeof moment === "string" ? Date.parse(moment) : 0);
  if (start && end && at(rawBody.start_date) > at(rawBody.end_date))
    return wrong("end_date is sooner than start_date", "a start_date before end_date");
  const given = start && end ? "(start_date and end_date)" : start ? "start_date" : end ? "end_date" : undefined;
  if (run && given !== undefined)
    return wrong(`Exactly one of dag_run_id or ${given} must be provided`, "dag_run_id alone, or the dates alone");
  if (Array.isArray(taskIds) && taskIds.length === 0)
    return wrong("task_ids list should have at least 1 element.", "at least one task, or none named at all");
  return [];
}

/** How a whole run, or several, are to be cleared. */
export const clearRunFields = {
  dry_run: withDefault(flag(), true),
  only_failed: withDefault(flag(), false),
  only_new: withDefault(flag(), false),
  run_on_latest_version: optional(nullable(flag())),
  note: optional(nullable(text({ maxLength: 1000 }))),
};

/** That only what failed and only what is new exclude each other. */
export function onlyVerdicts({ rawBody }: Pick<Call<unknown, unknown, unknown>, "rawBody">): readonly Verdict[] {
  if (!isJsonObject(rawBody) || rawBody.only_new !== true || rawBody.only_failed !== true) return [];
  return [bodyVerdict("only_new and only_failed are mutually exclusive", "one of the two", rawBody)];
}

type ClearRunCall = Pick<Call<unknown, unknown, ValueOf<typeof clearRunFields>>, "server" | "body" | "perform">;

/** Clears one run, or tells what that would be. @returns what the answer lists in a dry run */
export async function clearOneRun(
  call: ClearRunCall,
  dagId: string,
  runId: string,
  verdicts: readonly Verdict[] = [],
): Promise<{ readonly affected: readonly Record<string, unknown>[]; readonly warnings: Answer["warnings"] }> {
  const { server, body } = call;
  const { dry_run: dryRun, note } = body;
  if (body.only_new) {
    const { result, warnings } = await call.perform(clearNewTasks, { dagId, runId, dryRun, note }, verdicts);
    return { affected: result.taskIds.map((id) => ({ task_id: id, task_display_name: id })), warnings };
  }
  const { result, warnings } = await call.perform(
    clearRun,
    {
      dagId,
      runs: { runId },
      selection: { onlyFailed: body.only_failed },
      dryRun,
      onNewestVersion: body.run_on_latest_version,
      note,
    },
    verdicts,
  );
  if (!dryRun) return { affected: [], warnings };
  const rows = await affectedRows(server, result);
  const nameOf = await displayNamesOf(server, rows);
  return { affected: rows.map((row) => taskInstanceView(row, nameOf(row))), warnings };
}

/** Having runs and task instances executed again. */
export const clearOperations = [
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/clear",
    operationId: "clear_dag_run",
    summary: "Has the tasks of a run executed again, or tells which that would be",
    action: "dag_run.clear",
    params: { dag_id: text(), dag_run_id: text() },
    body: record(clearRunFields),
    async handle(call) {
      const { dag_id: dagId, dag_run_id: runId } = call.params;
      const { affected, warnings = [] } = await clearOneRun(call, dagId, runId, onlyVerdicts(call));
      if (!call.body.dry_run) return ok(runView(await runOf(call, dagId, runId)), { warnings });
      return ok({ task_instances: affected, total_entries: affected.length }, { warnings });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/dags/{dag_id}/clearTaskInstances",
    operationId: "post_clear_task_instances",
    summary: "Has task instances executed again, or tells which these would be",
    action: "task_instance.clear",
    params: { dag_id: text() },
    body: record({
      dry_run: withDefault(flag(), true),
      start_date: optional(nullable(moment("required"))),
      end_date: optional(nullable(moment("required"))),
      only_failed: withDefault(flag(), true),
      only_running: withDefault(flag(), false),
      reset_dag_runs: withDefault(flag(), true),
      task_ids: optional(nullable(list(namedTask))),
      dag_run_id: optional(nullable(text())),
      include_upstream: withDefault(flag(), false),
      include_downstream: withDefault(flag(), false),
      include_future: withDefault(flag(), false),
      include_past: withDefault(flag(), false),
      run_on_latest_version: optional(nullable(flag())),
      prevent_running_task: withDefault(flag(), false),
      note: optional(nullable(text({ maxLength: 1000 }))),
    }),
    async handle(call) {
      const { server, params, body } = call;
      const runId = body.dag_run_id ?? undefined;
      const input = {
        dagId: params.dag_id,
        runs:
          runId === undefined
            ? {
                from: body.include_past ? null : (body.start_date ?? null),
                to: body.include_future ? null : (body.end_date ?? null),
              }
            : { runId, past: body.include_past, future: body.include_future },
        selection: {
          ...(await knownTasks(server, params.dag_id, body.task_ids)),
          upstream: body.include_upstream,
          downstream: body.include_downstream,
          belowAddedToo: runId !== undefined,
          onlyFailed: body.only_failed,
          onlyRunning: body.only_running,
        },
        dryRun: body.dry_run,
        resetRuns: body.reset_dag_runs,
        onNewestVersion: body.run_on_latest_version,
        preventRunning: body.prevent_running_task,
        note: body.note,
      };
      const { result, warnings } = await call.perform(clearTaskInstances, input, contradictions(call));
      const rows = await affectedRows(server, result);
      return { ...(await taskInstancePage(server, rows, rows.length)), warnings };
    },
  }),
];
