import type { RunRow } from "@windlass/core/queries";
import type { TriggeredRun } from "@windlass/core/actions";
import { iso, isoOrNull } from "./moments.ts";

// What Airflow 2 calls the runs that assets make, and those that tasks make.
const RUN_TYPES: Readonly<Record<string, string>> = {
  asset_triggered: "dataset_triggered",
  operator_triggered: "manual",
};

/** A run as v1 shows it. A run without a logical date (v2 can make one) shows the moment from which it may run. */
export function runView(
  run: RunRow | (TriggeredRun & Partial<Pick<RunRow, "startDate" | "endDate" | "lastSchedulingDecision">>),
): Record<string, unknown> {
  const logicalDate = iso(run.logicalDate ?? run.runAfter);
  // Such a run has an interval on Airflow 2, and none on Airflow 3, whose runs these are.
  const byAssets = run.runType === "asset_triggered" && run.dataIntervalStart === null;
  return {
    conf: run.conf,
    dag_id: run.dagId,
    dag_run_id: run.runId,
    data_interval_end: byAssets ? logicalDate : isoOrNull(run.dataIntervalEnd),
    data_interval_start: byAssets ? logicalDate : isoOrNull(run.dataIntervalStart),
    end_date: isoOrNull(run.endDate ?? null),
    execution_date: logicalDate,
    external_trigger: run.runType === "manual" || run.runType === "operator_triggered",
    last_scheduling_decision: isoOrNull(run.lastSchedulingDecision ?? null),
    logical_date: logicalDate,
    note: run.note,
    run_type: RUN_TYPES[run.runType] ?? run.runType,
    start_date: isoOrNull(run.startDate ?? null),
    state: run.state,
  };
}
