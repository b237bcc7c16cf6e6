import type { RunRow } from "@windlass/core/queries";
import { z, zOrNull } from "../v2/moments.ts";

/** A run as the execution API shows it. */
export function executionRunView(run: RunRow): Record<string, unknown> {
  return {
    dag_id: run.dagId,
    run_id: run.runId,
    logical_date: zOrNull(run.logicalDate),
    data_interval_start: zOrNull(run.dataIntervalStart),
    data_interval_end: zOrNull(run.dataIntervalEnd),
    run_after: z(run.runAfter),
    start_date: zOrNull(run.startDate),
    end_date: zOrNull(run.endDate),
    clear_number: run.clearNumber,
    run_type: run.runType,
    state: run.state,
    conf: run.conf,
    triggering_user_name: run.triggeringUser,
    consumed_asset_events: [],
    partition_key: null,
    partition_date: null,
    note: run.note === "" ? null : run.note,
    team_name: null,
  };
}
