import type { JsonValue, SerializedDag, SerializedParam, SerializedSchedule } from "@windlass/contract";
import type { DagRow } from "@windlass/core/queries";
import { conditionOf, isPartitioned, timetableOf } from "../timetable.ts";
import { expressionView } from "./asset-view.ts";
import { BUNDLE_NAME, dagVersionView } from "./dag-version-view.ts";
import { zOrNull } from "./moments.ts";

const NO_SCHEDULE: SerializedSchedule = { kind: "none" };

/** A Dag as v2 shows it. */
export function dagView(dag: DagRow): Record<string, unknown> {
  const definition = dag.definition;
  const timetable = timetableOf(definition?.schedule ?? NO_SCHEDULE);
  return {
    dag_id: dag.dagId,
    dag_display_name: dag.displayName,
    is_paused: dag.isPaused,
    is_stale: dag.isStale,
    last_parsed_time: zOrNull(dag.lastParsedAt),
    last_parse_duration: dag.lastParseSeconds,
    last_expired: null,
    bundle_name: BUNDLE_NAME,
    bundle_version: null,
    relative_fileloc: dag.relativeFileloc,
    fileloc: dag.relativeFileloc,
    description: dag.description,
    timetable_summary: timetable.summary,
    timetable_description: timetable.description,
    timetable_partitioned: isPartitioned(definition?.schedule ?? NO_SCHEDULE),
    timetable_periodic: timetable.periodic,
    tags: dag.tags.map((name) => ({ name, dag_id: dag.dagId, dag_display_name: dag.displayName })),
    max_active_tasks: definition?.maxActiveTasks ?? 16,
    max_active_runs: definition?.maxActiveRuns ?? 16,
    max_consecutive_failed_dag_runs: definition?.maxConsecutiveFailedDagRuns ?? 0,
    has_task_concurrency_limits: dag.hasTaskConcurrencyLimits,
    has_import_errors: dag.hasImportErrors,
    next_dagrun_logical_date: zOrNull(dag.nextLogicalDate),
    next_dagrun_data_interval_start: zOrNull(dag.nextDataIntervalStart),
    next_dagrun_data_interval_end: zOrNull(dag.nextDataIntervalEnd),
    next_dagrun_run_after: zOrNull(dag.nextRunAfter),
    allowed_run_types: definition?.allowedRunTypes ?? null,
    owners: dag.owners,
    is_backfillable: timetable.periodic,
    file_token: Buffer.from(dag.relativeFileloc).toString("base64url"),
  };
}

/** A Dag with everything that its definition says. */
export function dagDetailsView(
  dag: DagRow,
  activeRuns: number,
  isFavorite: boolean,
  assetIds: ReadonlyMap<string, number>,
): Record<string, unknown> {
  const definition: Partial<Omit<SerializedDag, "tasks">> = dag.definition ?? {};
  const condition = definition.schedule && conditionOf(definition.schedule);
  return {
    ...dagView(dag),
    catchup: definition.catchup ?? false,
    dag_run_timeout: definition.dagrunTimeoutSeconds == null ? null : isoDuration(definition.dagrunTimeoutSeconds),
    asset_expression: condition === undefined ? null : expressionView(condition, assetIds),
    doc_md: definition.docMd ?? null,
    start_date: zOrNull(definition.startDate ?? null),
    end_date: zOrNull(definition.endDate ?? null),
    is_paused_upon_creation: definition.isPausedUponCreation ?? null,
    params: Object.fromEntries(
      Object.entries(definition.params ?? {}).map(([name, param]) => [name, paramView(param)]),
    ),
    render_template_as_native_obj: false,
    template_search_path: null,
    timezone: definition.timezone ?? "UTC",
    last_parsed: zOrNull(dag.lastParsedAt),
    default_args: {},
    owner_links: definition.ownerLinks ?? {},
    is_favorite: isFavorite,
    active_runs_count: activeRuns,
    concurrency: definition.maxActiveTasks ?? 16,
    rerun_with_latest_version: null,
    latest_dag_version:
      dag.versionUuid === null || dag.versionNumber === null || dag.versionCreatedAt === null
        ? null
        : dagVersionView(
            { uuid: dag.versionUuid, versionNumber: dag.versionNumber, createdAt: dag.versionCreatedAt },
            dag.dagId,
            dag.displayName,
          ),
  };
}

function paramView(param: SerializedParam): Record<string, JsonValue> {
  const { description: _told, ...schema } = param.schema;
  return { value: param.hasDefault ? param.default : null, schema, description: param.description, source: null };
}

/** Seconds as ISO 8601 has durations, as Airflow 3 writes timedeltas. */
function isoDuration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = Number((seconds % 60).toFixed(6));
  const time = `${hours > 0 ? `${hours}H` : ""}${minutes > 0 ? `${minutes}M` : ""}${rest > 0 ? `${rest}S` : ""}`;
  const text = `P${days > 0 ? `${days}D` : ""}${time === "" ? "" : `T${time}`}`;
  return text === "P" ? "PT0S" : text;
}
