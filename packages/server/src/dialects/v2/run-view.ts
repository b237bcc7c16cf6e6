import type { TriggeredRun } from "@windlass/core/actions";
import type { RunRow } from "@windlass/core/queries";
import { dagVersionView } from "./dag-version-view.ts";
import { durationOf, z, zOrNull } from "./moments.ts";

// Doors that Airflow has no name for came through its REST API.
const TRIGGERED_BY: Readonly<Record<string, string>> = { v1: "rest_api", v2: "rest_api", native: "rest_api" };

/** A run as v2 shows it. */
export function runView(run: RunRow): Record<string, unknown> {
  const version = { uuid: run.versionUuid, versionNumber: run.versionNumber, createdAt: run.versionCreatedAt };
  return {
    dag_run_id: run.runId,
    dag_id: run.dagId,
    logical_date: zOrNull(run.logicalDate),
    queued_at: z(run.queuedAt),
    start_date: zOrNull(run.startDate),
    end_date: zOrNull(run.endDate),
    duration: durationOf(run.startDate, run.endDate),
    data_interval_start: zOrNull(run.dataIntervalStart),
    data_interval_end: zOrNull(run.dataIntervalEnd),
    run_after: z(run.runAfter),
    last_scheduling_decision: zOrNull(run.lastSchedulingDecision),
    run_type: run.runType,
    state: run.state,
    triggered_by: TRIGGERED_BY[run.triggeredBy] ?? run.triggeredBy,
    triggering_user_name: run.triggeringUser,
    conf: run.conf,
    // An empty note is none for Airflow 3.
    note: run.note === "" ? null : run.note,
    dag_versions: run.hasTaskInstances
      ? [...run.earlierVersions, version]
          .toSorted((a, b) => a.versionNumber - b.versionNumber)
          .map((each) => dagVersionView(each, run.dagId, run.dagDisplayName))
      : [],
    bundle_version: null,
    dag_display_name: run.dagDisplayName,
    partition_key: run.partitionKey,
    partition_date: zOrNull(run.partitionDate),
  };
}

/** A run just made as v2 shows it; nothing is read again. @param hasTaskInstances false where it is dated before its Dag begins */
export function triggeredRunView(run: TriggeredRun, hasTaskInstances: boolean): Record<string, unknown> {
  return runView({
    ...run,
    partitionDate: null,
    startDate: null,
    endDate: null,
    lastSchedulingDecision: null,
    params: {},
    updatedAt: run.queuedAt,
    clearNumber: 0,
    versionId: 0,
    earlierVersions: [],
    versionUuid: run.dagVersion.id,
    versionNumber: run.dagVersion.versionNumber,
    versionCreatedAt: run.dagVersion.createdAt,
    hasTaskInstances,
  });
}
