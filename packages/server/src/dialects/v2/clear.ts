import type { JsonValue } from "@windlass/contract";
import { type AffectedTaskInstance, clearRun, clearTaskInstances } from "@windlass/core/actions";
import { findDefinition, listTaskInstances, type TaskInstanceRow } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { flag, judged, list, moment, nullable, optional, record, text, withDefault } from "../../request/field.ts";
import type { Server } from "../../server.ts";
import { displayNamesOf } from "../display-names.ts";
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
): Promise<{ taskIds?: readonly string[]; mapIndex?: number }> {
  if (named == null) return {};
  const definition = await findDefinition(server.actions.database, dagId);
  const known = new Set(definition?.definition.tasks.map(({ taskId }) => taskId));
  const pairs = named
    .map((each) => (typeof each === "string" ? ([each, undefined] as const) : each))
    .filter(([taskId]) => known.has(taskId));
  const [only] = pairs;
  // One map index is of one task; of several tasks all instances are meant.
  const mapIndex = pairs.length === 1 ? only?.[1] : undefined;
  return { taskIds: pairs.map(([taskId]) => taskId), ...(mapIndex === undefined ? {} : { mapIndex }) };
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
    body: record({
      dry_run: withDefault(flag(), true),
      only_failed: withDefault(flag(), false),
      only_new: withDefault(flag(), false),
      run_on_latest_version: optional(nullable(flag())),
      note: optional(nullable(text({ maxLength: 1000 }))),
    }),
    async handle(call) {
      const { server, params, body } = call;
      const dryRun = body.dry_run;
      const { result, warnings } = await call.perform(clearRun, {
        dagId: params.dag_id,
        runs: { runId: params.dag_run_id },
        // A run keeps the version it was made with, so it has no tasks that came later.
        selection: { onlyFailed: body.only_failed, ...(body.only_new ? { taskIds: [] } : {}) },
        dryRun,
      });
      if (!dryRun) return ok(runView(await runOf(call, params.dag_id, params.dag_run_id)), { warnings });
      const rows = await affectedRows(server, result);
      const nameOf = await displayNamesOf(server, rows);
      return ok(
        { task_instances: rows.map((row) => taskInstanceView(row, nameOf(row))), total_entries: rows.length },
        { warnings },
      );
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
      const { result, warnings } = await call.perform(clearTaskInstances, {
        dagId: params.dag_id,
        runs:
          runId === undefined
            ? { from: body.start_date ?? null, to: body.end_date ?? null }
            : { runId, past: body.include_past, future: body.include_future },
        selection: {
          ...(await knownTasks(server, params.dag_id, body.task_ids)),
          upstream: body.include_upstream,
          downstream: body.include_downstream,
          onlyFailed: body.only_failed,
          onlyRunning: body.only_running,
        },
        dryRun: body.dry_run,
      });
      const rows = await affectedRows(server, result);
      return { ...(await taskInstancePage(server, rows, rows.length)), warnings };
    },
  }),
];
