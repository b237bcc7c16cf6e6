import { type Instant, refusal, type Verdict } from "@windlass/contract";
import { clearRun, clearTaskInstances, type RunsInQuestion } from "@windlass/core/actions";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
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
  if (body.dag_run_id != null) return { runId: body.dag_run_id, past: body.include_past, future: body.include_future };
  return { from: body.start_date ?? null, to: body.end_date ?? null };
}

/** A run is named either by its id or by a span of dates. */
function spanVerdicts(body: WhichRuns): readonly Verdict[] {
  const [start, end] = [body.start_date != null, body.end_date != null];
  if (body.dag_run_id == null || (!start && !end)) return [];
  const dates = start && end ? "(start_date and end_date)" : start ? "start_date" : "end_date";
  const airflow = {
    v1: { title: "Bad Request", detail: `{'_schema': ['Exactly one of dag_run_id or ${dates} must be provided']}` },
  };
  const data = {
    part: "body",
    name: start ? "start_date" : "end_date",
    problem: "a run is named by its id or by dates, not by both",
    expected: "dag_run_id alone, or the dates alone",
  };
  return [
    {
      phase: "fields",
      refusal: refusal("request.field_wrong", data, { pointer: start ? "/start_date" : "/end_date", airflow }),
    },
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
      // Windlass always takes a run that was over back to the queue: cleared tasks of a run that is over would never run.
      reset_dag_runs: optional(flag()),
      dag_run_id: optional(nullable(text())),
      include_upstream: withDefault(flag(), false),
      include_downstream: withDefault(flag(), false),
      include_future: withDefault(flag(), false),
      include_past: withDefault(flag(), false),
    }),
    async handle({ params, body, given, perform }) {
      const selection = {
        ...(body.task_ids === undefined ? {} : { taskIds: body.task_ids }),
        upstream: body.include_upstream,
        downstream: body.include_downstream,
        // Who asks for running ones alone does not mean the default of only_failed.
        onlyFailed: body.only_failed && (given.has("only_failed") || !body.only_running),
        onlyRunning: body.only_running,
      };
      const input = { dagId: params.dag_id, runs: runsOf(body), selection, dryRun: body.dry_run };
      const { result, warnings } = await perform(clearTaskInstances, input, spanVerdicts(body));
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
