import type { AssetCondition, JsonValue } from "@windlass/contract";
import type { AssetEventRow, AssetRow, AssetUse, QueuedEventRow } from "@windlass/core/queries";
import { iso, isoOrNull } from "./moments.ts";

function useView({ dagId, taskId, createdAt, updatedAt }: AssetUse): Record<string, unknown> {
  const moments = { created_at: iso(createdAt), updated_at: iso(updatedAt) };
  return taskId === "" ? { dag_id: dagId, ...moments } : { dag_id: dagId, task_id: taskId, ...moments };
}

/** An asset as Airflow 2 shows a dataset. */
export function datasetView(asset: AssetRow): Record<string, unknown> {
  return {
    id: asset.id,
    uri: asset.uri,
    extra: asset.extra,
    created_at: iso(asset.createdAt),
    updated_at: iso(asset.updatedAt),
    consuming_dags: asset.scheduledDags.map(useView),
    producing_tasks: asset.producingTasks.map(useView),
    aliases: asset.aliases.map(({ id, name }) => ({ id, name })),
  };
}

/** An asset's event as Airflow 2 shows a dataset's. */
export function datasetEventView(event: AssetEventRow): Record<string, unknown> {
  return {
    id: event.id,
    dataset_id: event.assetId,
    dataset_uri: event.uri,
    extra: event.extra,
    source_dag_id: event.sourceDagId,
    source_task_id: event.sourceTaskId,
    source_run_id: event.sourceRunId,
    source_map_index: event.sourceMapIndex,
    // For Airflow 2 every run stands for a moment; ours, as on Airflow 3, came at one.
    created_dagruns: event.runs.map((run) => ({
      dag_run_id: run.runId,
      dag_id: run.dagId,
      logical_date: iso(run.logicalDate ?? run.runAfter),
      start_date: isoOrNull(run.startDate),
      end_date: isoOrNull(run.endDate),
      state: run.state,
      data_interval_start: iso(run.dataIntervalStart ?? run.runAfter),
      data_interval_end: iso(run.dataIntervalEnd ?? run.runAfter),
    })),
    timestamp: iso(event.timestamp),
  };
}

/** What waits for a run, as Airflow 2 shows it. */
export function queuedEventView({ uri, dagId, createdAt }: QueuedEventRow): Record<string, unknown> {
  return { uri, dag_id: dagId, created_at: iso(createdAt) };
}

/** A condition on assets as Airflow 2 shows one on datasets: by uris. */
export function expressionView(condition: AssetCondition): JsonValue {
  switch (condition.kind) {
    case "asset":
      return condition.uri;
    case "alias":
      return { alias: condition.name };
    case "all":
    case "any":
      return { [condition.kind]: condition.of.map(expressionView) };
  }
}
