import { createHash } from "node:crypto";
import { RefusalError, RUN_STATES, TASK_INSTANCE_STATES, isTerminalState } from "@windlass/contract";
import { clearRun, perform, triggerByTask } from "@windlass/core/actions";
import {
  countDagRuns,
  countTaskInstances,
  findDag,
  findPreviousDagRun,
  findPreviousTaskInstance,
  findRun,
  listTaskInstances,
  readTaskStates,
} from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import {
  choice,
  dictionary,
  integer,
  list,
  moment,
  nullable,
  optional,
  record,
  text,
  withDefault,
  flag,
} from "../../request/field.ts";
import { BUNDLE_NAME } from "../v2/dag-version-view.ts";
import { durationOf, zOrNull } from "../v2/moments.ts";
import { asTask } from "./as-task.ts";
import { notFound } from "./not-found.ts";
import { defineExecution } from "./operation.ts";
import { executionRunView } from "./run-context.ts";

const NO_CONTENT = { status: 204, type: null } as const;
const MOST_BREADCRUMBS = 10_000;

const runPath = { dag_id: text(), run_id: text() };
const runChoice = {
  dag_id: text(),
  logical_dates: optional(list(moment("utc"))),
  run_ids: optional(list(text())),
};
const instanceChoice = {
  ...runChoice,
  map_index: optional(integer()),
  task_ids: optional(list(text())),
  task_group_id: optional(text()),
};

interface ChoiceQuery {
  readonly dag_id: string;
  readonly logical_dates?: readonly string[] | undefined;
  readonly run_ids?: readonly string[] | undefined;
  readonly map_index?: number | undefined;
  readonly task_ids?: readonly string[] | undefined;
  readonly task_group_id?: string | undefined;
}

function choiceOf(query: ChoiceQuery): Parameters<typeof readTaskStates>[1] {
  const { dag_id: dagId, logical_dates: dates, run_ids: runIds, map_index: mapIndex, task_ids: taskIds } = query;
  return {
    dagId,
    ...(dates && { logicalDates: dates as never }),
    ...(runIds && { runIds }),
    ...(mapIndex !== undefined && { mapIndex }),
    ...(taskIds && { taskIds }),
    ...(query.task_group_id !== undefined && { taskGroupId: query.task_group_id }),
  };
}

/** Tells triggers of one attempt apart by what they make; the same one again is answered with the run that it made. */
function callNumber(dagId: string, runId: string): number {
  return createHash("sha256").update(`${dagId}\n${runId}`).digest().readUInt32BE(0) >>> 1;
}

async function runOf(attempt: Parameters<typeof findRun>[0], dagId: string, runId: string) {
  const run = await findRun(attempt, dagId, runId);
  if (run) return run;
  throw notFound("Dag run", `${dagId} ${runId}`, `Dag run with dag_id '${dagId}' and run_id '${runId}' was not found`);
}

/** What a task may know of Dags and runs, and the runs that it makes. */
export const betweenDagsOperations = [
  defineExecution({
    method: "GET",
    path: "/task-instances/count",
    operationId: "get_task_instance_count",
    summary: "How many task instances of a Dag are in some states",
    access: "running",
    query: { ...instanceChoice, states: optional(list(text())) },
    async handle({ server, query }) {
      const states = query.states?.map((state) => (state === "null" ? null : state));
      return ok(await countTaskInstances(server.actions.database, choiceOf(query), states as never));
    },
  }),
  defineExecution({
    method: "GET",
    path: "/task-instances/states",
    operationId: "get_task_instance_states",
    summary: "The states of task instances of a Dag, by run",
    access: "running",
    query: instanceChoice,
    async handle({ server, query }) {
      return ok({ task_states: await readTaskStates(server.actions.database, choiceOf(query)) });
    },
  }),
  defineExecution({
    method: "GET",
    path: "/task-instances/breadcrumbs",
    operationId: "get_task_instance_breadcrumbs",
    summary: "What of a run is over, with how long it took",
    access: "running",
    query: { dag_id: text(), run_id: text() },
    async handle({ server, query }) {
      const { rows } = await listTaskInstances(
        server.actions.database,
        { all: true },
        { dagIds: [query.dag_id], runIds: [query.run_id], states: TASK_INSTANCE_STATES.filter(isTerminalState) },
        [
          { by: "taskId", descending: false },
          { by: "mapIndex", descending: false },
        ],
        { limit: MOST_BREADCRUMBS, offset: 0 },
      );
      return ok({
        breadcrumbs: rows.map((each) => ({
          task_id: each.taskId,
          map_index: each.mapIndex,
          state: each.state,
          operator: each.operator,
          duration: durationOf(each.startDate, each.endDate),
        })),
      });
    },
  }),
  defineExecution({
    method: "GET",
    path: "/task-instances/previous/{dag_id}/{task_id}",
    operationId: "get_previous_task_instance",
    summary: "The latest instance of a task before a logical date",
    access: "running",
    params: { dag_id: text(), task_id: text() },
    query: {
      logical_date: optional(moment("utc")),
      map_index: withDefault(integer(), -1),
      state: optional(choice(TASK_INSTANCE_STATES)),
    },
    async handle({ server, params, query }) {
      const task = { dagId: params.dag_id, taskId: params.task_id, mapIndex: query.map_index };
      const found = await findPreviousTaskInstance(server.actions.database, task, query.logical_date, query.state);
      return ok(
        found === undefined
          ? null
          : {
              task_id: found.taskId,
              dag_id: found.dagId,
              run_id: found.runId,
              logical_date: zOrNull(found.logicalDate),
              start_date: zOrNull(found.startDate),
              end_date: zOrNull(found.endDate),
              state: found.state,
              try_number: found.tryNumber,
              map_index: found.mapIndex,
              duration: durationOf(found.startDate, found.endDate),
            },
      );
    },
  }),
  defineExecution({
    method: "GET",
    path: "/dags/{dag_id}",
    operationId: "get_dag",
    summary: "What a task may know of a Dag",
    access: "running",
    params: { dag_id: text() },
    async handle({ server, params }) {
      const dag = await findDag(server.actions.database, params.dag_id);
      if (!dag) throw notFound("Dag", params.dag_id, `The Dag with dag_id: \`${params.dag_id}\` was not found`);
      return ok({
        dag_id: dag.dagId,
        is_paused: dag.isPaused,
        bundle_name: BUNDLE_NAME,
        bundle_version: null,
        relative_fileloc: dag.relativeFileloc,
        owners: dag.owners.join(", "),
        tags: [...dag.tags].sort(),
        next_dagrun: zOrNull(dag.nextLogicalDate),
      });
    },
  }),
  defineExecution({
    method: "GET",
    path: "/dag-runs/count",
    operationId: "get_dr_count",
    summary: "How many runs of a Dag are in some states",
    access: "running",
    query: { ...runChoice, states: optional(list(text())) },
    async handle({ server, query }) {
      return ok(await countDagRuns(server.actions.database, choiceOf(query), query.states as never));
    },
  }),
  defineExecution({
    method: "GET",
    path: "/dag-runs/previous",
    operationId: "get_previous_dagrun",
    summary: "The Dag's last run before a logical date",
    access: "running",
    query: { dag_id: text(), logical_date: moment("utc"), state: optional(choice(RUN_STATES)) },
    async handle({ server, query }) {
      const { database } = server.actions;
      const found = await findPreviousDagRun(database, query.dag_id, query.logical_date, query.state);
      return ok(found === undefined ? null : executionRunView(await runOf(database, found.dagId, found.runId)));
    },
  }),
  defineExecution({
    method: "GET",
    path: "/dag-runs/{dag_id}/{run_id}",
    operationId: "get_dag_run",
    summary: "A run of any Dag",
    access: "running",
    params: runPath,
    handle: async ({ server, params }) =>
      ok(executionRunView(await runOf(server.actions.database, params.dag_id, params.run_id))),
  }),
  defineExecution({
    method: "GET",
    path: "/dag-runs/{dag_id}/{run_id}/state",
    operationId: "get_dagrun_state",
    summary: "The state of a run of any Dag",
    access: "running",
    params: runPath,
    handle: async ({ server, params }) =>
      ok({ state: (await runOf(server.actions.database, params.dag_id, params.run_id)).state }),
  }),
  defineExecution({
    method: "POST",
    path: "/dag-runs/{dag_id}/{run_id}",
    operationId: "trigger_dag_run",
    summary: "Makes a run of a Dag; the same attempt asking again gets the run that it made",
    access: "running",
    params: runPath,
    bodyOptional: true,
    body: record({
      logical_date: optional(nullable(moment("utc"))),
      run_after: optional(nullable(moment("utc"))),
      conf: optional(dictionary()),
      reset_dag_run: withDefault(flag(), false),
      partition_key: optional(nullable(text())),
      note: optional(nullable(text())),
    }),
    async handle(call) {
      const { server, params, body } = call;
      const { dag_id: dagId, run_id: runId } = params;
      try {
        await triggerByTask(server.actions, call.attempt().attemptId, {
          kind: "triggerDagRun",
          call: callNumber(dagId, runId),
          dagId,
          runId,
          logicalDate: body.logical_date ?? null,
          ...(typeof body.run_after === "string" && { runAfter: body.run_after }),
          ...(body.conf && { conf: body.conf }),
          ...(typeof body.note === "string" && { note: body.note }),
          reset: body.reset_dag_run,
        });
      } catch (error) {
        throw error instanceof RefusalError ? inAirflowsWords(error, dagId, runId) : error;
      }
      return NO_CONTENT;
    },
  }),
  defineExecution({
    method: "POST",
    path: "/dag-runs/{dag_id}/{run_id}/clear",
    operationId: "clear_dag_run",
    summary: "Clears a run of a Dag, so that it is executed anew",
    access: "running",
    params: runPath,
    async handle(call) {
      const { server, params } = call;
      await runOf(server.actions.database, params.dag_id, params.run_id);
      const input = { dagId: params.dag_id, runs: { runId: params.run_id }, selection: {}, dryRun: false };
      await perform(server.actions, asTask(call, "dag_run.clear"), clearRun, input);
      return NO_CONTENT;
    },
  }),
];

/** Airflow's execution API gives reasons of its own. */
function inAirflowsWords({ refusals: [first, ...rest] }: RefusalError, dagId: string, runId: string): RefusalError {
  const said = (reason: string, message: string) =>
    new RefusalError({ ...first, airflow: { v2: { reason, message } } }, ...rest);
  switch (first.code) {
    case "run.id_taken":
    case "run.logical_date_taken":
      return said("already_exists", `A run already exists for Dag '${dagId}' with run_id '${runId}'`);
    case "dag.unknown":
      return said("not_found", `Dag with dag_id: '${dagId}' not found`);
    case "dag.broken":
      return said("import_errors", `Dag with dag_id '${dagId}' has import errors and cannot be triggered`);
    default:
      return said("value_error", first.reason);
  }
}
