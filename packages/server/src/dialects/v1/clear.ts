import { type Instant, refusal, type Verdict } from "@windlass/contract";
import { clearRun, clearTaskInstances, type RunsInQuestion } from "@windlass/core/actions";
import { findDefinition } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import type { Server } from "../../server.ts";
import { flag, list, moment, nullable, optional, record, text, withDefault } from "../../request/field.ts";
import { inWordsOf, titleOnly } from "./airflow-words.ts";
import { runView } from "./run-view.ts";
import { runOf } from "./runs.ts";
import { taskInstanceReference } from "./task-instance-view.ts";

interface WhichRuns {
  readonly dag_run_id?: string | null | undefined;
  readonly start_date?: Instant | null | undefined;
  readonly end_date?: Instant | null | undefined;
  readonly include_past?: boolean | undefined;
  readonly include_future?: boolean | undefined;
}

function runsOf(body: WhichRuns): RunsInQuestion {
  const { dag_run_id: runId, include_past: past, include_future: future } = body;
  if (runId != null) return { runId, past, future };
  return {
    from: past === true ? null : (body.start_date ?? null),
    to: future === true ? null : (body.end_date ?? null),
  };
}

/** Airflow 2 passes over ids of tasks that the Dag does not have. */
async function knownTasks(server: Server, dagId: string, taskIds: readonly string[]): Promise<readonly string[]> {
  const definition = await findDefinition(server.actions.database, dagId);
  const known = new Set(definition?.definition.tasks.map(({ taskId }) => taskId));
  return taskIds.filter((taskId) => known.has(taskId));
}

function fieldVerdict(name: string, problem: string, expected: string, detail: string): Verdict {
  const airflow = { v1: { title: "Bad Request", detail } };
  const data = { part: "body", name, problem, expected };
  return { phase: "fields", refusal: refusal("request.field_wrong", data, { pointer: `/${name}`, airflow }) };
}

function stateVerdicts(onlyFailed: boolean, onlyRunning: boolean): readonly Verdict[] {
  if (!onlyFailed || !onlyRunning) return [];
  const said = "{'_schema': ['only_failed and only_running both are set to True']}";
  return [fieldVerdict("only_running", "only_failed and only_running exclude each other", "one of the two", said)];
}

function namedVerdicts(taskIds: readonly string[] | undefined): readonly Verdict[] {
  if (taskIds?.length !== 0) return [];
  const said = "{'task_ids': ['Shorter than minimum length 1.']}";
  return [fieldVerdict("task_ids", "it is empty", "at least one task, or none named at all", said)];
}

/** A run is named either by its id or by a span of dates. */
function spanVerdicts(body: WhichRuns): readonly Verdict[] {
  const [start, end] = [body.start_date != null, body.end_date != null];
  if (body.start_date != null && body.end_date != null && body.start_date > body.end_date) {
    const said = "{'_schema': ['end_date is sooner than start_date']}";
    return [fieldVerdict("end_date", "it is before start_date", "a moment after start_date", said)];
  }
  if (body.dag_run_id == null || (!start && !end)) return [];
  const dates = start && end ? "(start_date and end_date)" : start ? "start_date" : "end_date";
  return [
    fieldVerdict(
      start ? "start_date" : "end_date",
      "a run is named by its id or by dates, not by both",
      "dag_run_id alone, or the dates alone",
      `{'_schema': ['Exactly one of dag_run_id or ${dates} must be provided']}`,
    ),
  ];
}

/** Clearing: executing again. */
export const clearOperations = [
  defineOperation({
    dialect: "v1",
    method: "POST",
    path: "/api/v1/dags/{dag_id}/clearTaskInstances",
    operationId: "post_clear_task_instances",
    summary: "Clears task instances; only tells which, unless dry_run is false",
    action: "task_instance.clear",
    params: { dag_id: text() },
    body: record({
      dry_run: withDefault(flag(), true),
      task_ids: optional(list(text())),
      start_date: optional(nullable(moment("rfc3339"))),
      end_date: optional(nullable(moment("rfc3339"))),
      only_failed: withDefault(flag(), true),
      only_running: withDefault(flag(), false),
      include_subdags: optional(flag()),
      include_parentdag: optional(flag()),
      reset_dag_runs: withDefault(flag(), false),
      dag_run_id: optional(nullable(text())),
      include_upstream: withDefault(flag(), false),
      include_downstream: withDefault(flag(), false),
      include_future: withDefault(flag(), false),
      include_past: withDefault(flag(), false),
    }),
    async handle(call) {
      const { server, params, body, given, perform } = call;
      const strict = server.actions.config.api.airflow_strict;
      // Who asks for running ones alone does not mean the default of only_failed; Airflow takes it for a contradiction.
      const onlyFailed = body.only_failed && (strict || given.has("only_failed") || !body.only_running);
      const { task_ids: taskIds } = body;
      const selection = {
        ...(taskIds === undefined
          ? {}
          : { taskIds: strict ? await knownTasks(server, params.dag_id, taskIds) : taskIds }),
        upstream: body.include_upstream,
        downstream: body.include_downstream,
        onlyFailed,
        onlyRunning: body.only_running,
      };
      const input = {
        dagId: params.dag_id,
        runs: runsOf(body),
        selection,
        dryRun: body.dry_run,
        resetRuns: body.reset_dag_runs,
      };
      const { result, warnings } = await perform(clearTaskInstances, input, [
        ...stateVerdicts(onlyFailed, body.only_running),
        ...spanVerdicts(body),
        ...namedVerdicts(taskIds),
      ]);
      return ok({ task_instances: result.map(taskInstanceReference) }, { warnings });
    },
  }),
  defineOperation({
    dialect: "v1",
    method: "POST",
    path: "/api/v1/dags/{dag_id}/dagRuns/{dag_run_id}/clear",
    operationId: "clear_dag_run",
    summary: "Clears a whole run; only tells what, unless dry_run is false",
    action: "dag_run.clear",
    params: { dag_id: text(), dag_run_id: text() },
    body: record({ dry_run: withDefault(flag(), true) }),
    async handle(call) {
      const { dag_id: dagId, dag_run_id: runId } = call.params;
      const notFound = titleOnly(`Dag Run id ${runId} not found in dag   ${dagId}`);
      const input = { dagId, runs: { runId }, selection: {}, dryRun: call.body.dry_run };
      const { result, warnings } = await inWordsOf(
        { "run.unknown": notFound, "dag.unknown": notFound },
        call.perform(clearRun, input),
      );
      if (call.body.dry_run) return ok({ task_instances: result.map(taskInstanceReference) }, { warnings });
      return ok(runView(await runOf(call, dagId, runId)), { warnings });
    },
  }),
];
