import type { AssetCondition, JsonValue } from "@windlass/contract";
import type {
  AliasRow,
  AssetEventRow,
  AssetRow,
  AssetStateRow,
  AssetUse,
  QueuedEventRow,
} from "@windlass/core/queries";
import { z, zOrNull } from "./moments.ts";

function useView({ dagId, taskId, createdAt, updatedAt }: AssetUse): Record<string, unknown> {
  const moments = { created_at: z(createdAt), updated_at: z(updatedAt) };
  return taskId === "" ? { dag_id: dagId, ...moments } : { dag_id: dagId, task_id: taskId, ...moments };
}

/** An alias as v2 shows it. */
export function aliasView({ id, name, group }: AliasRow): Record<string, unknown> {
  return { id, name, group };
}

/** An asset as v2 shows it. */
export function assetView(asset: AssetRow): Record<string, unknown> {
  return {
    id: asset.id,
    name: asset.name,
    uri: asset.uri,
    group: asset.group,
    extra: asset.extra,
    created_at: z(asset.createdAt),
    updated_at: z(asset.updatedAt),
    scheduled_dags: asset.scheduledDags.map(useView),
    producing_tasks: asset.producingTasks.map(useView),
    consuming_tasks: asset.consumingTasks.map(useView),
    aliases: asset.aliases.map(aliasView),
    watchers: [],
    last_asset_event: { id: asset.lastEventId, timestamp: zOrNull(asset.lastEventAt) },
  };
}

/** An asset's event as v2 shows it, with the runs that took it. */
export function assetEventView(event: AssetEventRow): Record<string, unknown> {
  return {
    id: event.id,
    asset_id: event.assetId,
    uri: event.uri,
    name: event.name,
    group: event.group,
    extra: event.extra,
    source_task_id: event.sourceTaskId,
    source_dag_id: event.sourceDagId,
    source_run_id: event.sourceRunId,
    source_map_index: event.sourceMapIndex,
    created_dagruns: event.runs.map((run) => ({
      run_id: run.runId,
      dag_id: run.dagId,
      logical_date: zOrNull(run.logicalDate),
      start_date: zOrNull(run.startDate),
      end_date: zOrNull(run.endDate),
      state: run.state,
      data_interval_start: zOrNull(run.dataIntervalStart),
      data_interval_end: zOrNull(run.dataIntervalEnd),
      partition_key: run.partitionKey,
      triggering: run.triggering,
    })),
    timestamp: z(event.timestamp),
    partition_key: event.partitionKey,
  };
}

/** What waits for a run, as v2 shows it. */
export function queuedEventView(queued: QueuedEventRow): Record<string, unknown> {
  return {
    dag_id: queued.dagId,
    asset_id: queued.assetId,
    created_at: z(queued.createdAt),
    dag_display_name: queued.dagDisplayName,
  };
}

/** What is kept beside an asset, as v2 shows it. */
export function assetStateView(state: AssetStateRow): Record<string, unknown> {
  return {
    key: state.key,
    value: state.value,
    updated_at: z(state.updatedAt),
    last_updated_by: {
      kind: state.kind,
      dag_id: state.dagId,
      run_id: state.runId,
      task_id: state.taskId,
      map_index: state.mapIndex,
    },
  };
}

/** A condition on assets as v2 shows it. @param ids keys of assets by name and uri, a line each */
export function expressionView(condition: AssetCondition, ids: ReadonlyMap<string, number>): JsonValue {
  switch (condition.kind) {
    case "asset": {
      const { name, uri, group } = condition;
      return { asset: { uri, name, group, id: ids.get(`${name}\n${uri}`) ?? null } };
    }
    case "alias":
      return { alias: { name: condition.name, group: condition.group } };
    case "all":
    case "any":
      return { [condition.kind]: condition.of.map((each) => expressionView(each, ids)) };
  }
}
