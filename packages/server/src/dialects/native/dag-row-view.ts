import type { JsonObject, SerializedSchedule } from "@windlass/contract";
import type { DagRow, LastRun } from "@windlass/core/queries";
import { timetableOf } from "../timetable.ts";

/** A Dag as a row of the native list. */
export function dagRowView(
  dag: DagRow,
  lastRuns: readonly LastRun[],
  may: { readonly trigger: boolean; readonly pause: boolean },
): JsonObject {
  return {
    dag_id: dag.dagId,
    display_name: dag.displayName,
    description: dag.description,
    tags: [...dag.tags],
    owners: [...dag.owners],
    is_paused: dag.isPaused,
    is_stale: dag.isStale,
    has_import_errors: dag.hasImportErrors,
    schedule: scheduleView(dag.definition?.schedule ?? { kind: "none" }),
    next_run_after: dag.nextRunAfter,
    version_number: dag.versionNumber,
    last_runs: lastRuns.map(lastRunView),
    has_params: Object.keys(dag.definition?.params ?? {}).length > 0,
    may: { ...may },
  };
}

function lastRunView(run: LastRun): JsonObject {
  return {
    run_id: run.runId,
    state: run.state,
    run_type: run.runType,
    run_after: run.runAfter,
    start_date: run.startDate,
    end_date: run.endDate,
  };
}

function scheduleView(schedule: SerializedSchedule): JsonObject {
  const text = timetableOf(schedule).description;
  switch (schedule.kind) {
    case "cron":
      return { kind: schedule.kind, expression: schedule.expression, timezone: schedule.timezone, text };
    case "crons":
      return { kind: schedule.kind, expressions: schedule.expressions, timezone: schedule.timezone, text };
    case "every":
      return { kind: schedule.kind, seconds: schedule.seconds, text };
    default:
      return { kind: schedule.kind, text };
  }
}
