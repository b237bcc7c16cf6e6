import type { JsonValue, SerializedDag, SerializedParam, SerializedSchedule } from "@windlass/contract";
import type { DagRow } from "@windlass/core/queries";
import { conditionOf, timetableOf } from "../timetable.ts";
import { expressionView } from "./dataset-view.ts";
import { isoOrNull, timeDelta } from "./moments.ts";

const NO_SCHEDULE: SerializedSchedule = { kind: "none" };

/** A Dag as v1 shows it. */
export function dagView(dag: DagRow): Record<string, unknown> {
  const { definition } = dag;
  const schedule = definition?.schedule ?? NO_SCHEDULE;
  return {
    dag_id: dag.dagId,
    dag_display_name: dag.displayName,
    default_view: "grid",
    description: dag.description,
    file_token: fileToken(dag),
    fileloc: dag.relativeFileloc,
    has_import_errors: dag.hasImportErrors,
    has_task_concurrency_limits: dag.hasTaskConcurrencyLimits,
    is_active: !dag.isStale,
    is_paused: dag.isPaused,
    is_subdag: false,
    last_expired: null,
    last_parsed_time: isoOrNull(dag.lastParsedAt),
    last_pickled: null,
    max_active_runs: definition?.maxActiveRuns ?? 16,
    max_active_tasks: definition?.maxActiveTasks ?? 16,
    max_consecutive_failed_dag_runs: definition?.maxConsecutiveFailedDagRuns ?? 0,
    next_dagrun: isoOrNull(dag.nextLogicalDate),
    next_dagrun_create_after: isoOrNull(dag.nextRunAfter),
    next_dagrun_data_interval_end: isoOrNull(dag.nextDataIntervalEnd),
    next_dagrun_data_interval_start: isoOrNull(dag.nextDataIntervalStart),
    owners: dag.owners,
    pickle_id: null,
    root_dag_id: null,
    schedule_interval: scheduleInterval(schedule),
    scheduler_lock: null,
    tags: dag.tags.map((name) => ({ name })),
    timetable_description: datasetWords(timetableOf(schedule).description),
  };
}

/** A Dag with everything that its definition says. */
export function dagDetailsView(dag: DagRow): Record<string, unknown> {
  const definition: Partial<Omit<SerializedDag, "tasks">> = dag.definition ?? {};
  const condition = definition.schedule && conditionOf(definition.schedule);
  return {
    ...dagView(dag),
    catchup: definition.catchup ?? false,
    concurrency: definition.maxActiveTasks ?? 16,
    dag_run_timeout: definition.dagrunTimeoutSeconds == null ? null : timeDelta(definition.dagrunTimeoutSeconds),
    dataset_expression: condition === undefined ? null : expressionView(condition),
    doc_md: definition.docMd ?? null,
    end_date: isoOrNull(definition.endDate ?? null),
    is_paused_upon_creation: definition.isPausedUponCreation ?? null,
    last_parsed: isoOrNull(dag.lastParsedAt),
    orientation: "LR",
    // As Airflow 2 has it: the details name no owners.
    owners: [],
    params: Object.fromEntries(
      Object.entries(definition.params ?? {}).map(([name, param]) => [name, paramView(param)]),
    ),
    render_template_as_native_obj: false,
    start_date: isoOrNull(definition.startDate ?? null),
    template_searchpath: null,
    timezone: definition.timezone ?? "UTC",
  };
}

/** The name of a Dag's file for `GET /dagSources/{file_token}`. */
function fileToken(dag: Pick<DagRow, "relativeFileloc">): string {
  return Buffer.from(dag.relativeFileloc).toString("base64url");
}

function paramView(param: SerializedParam): Record<string, JsonValue> {
  const { description: _told, ...schema } = param.schema;
  return {
    __class: "airflow.models.param.Param",
    description: param.description,
    schema,
    value: param.hasDefault ? param.default : null,
  };
}

/** What Airflow 2 says of datasets, where Airflow 3 says it of assets. */
function datasetWords(text: string): string {
  return text.replace(/^Asset\b/, "Dataset").replace(/^Triggered by assets/, "Triggered by datasets");
}

function scheduleInterval(schedule: SerializedSchedule): Record<string, unknown> | null {
  if (schedule.kind === "none") return null;
  if (schedule.kind === "every") return timeDelta(schedule.seconds);
  const { summary } = timetableOf(schedule);
  const value = conditionOf(schedule) === undefined ? summary : datasetWords(summary ?? "");
  return { __type: "CronExpression", value };
}
