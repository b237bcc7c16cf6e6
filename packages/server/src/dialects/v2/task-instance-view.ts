import type { TaskInstanceRow } from "@windlass/core/queries";
import type { ShownTry } from "../tries.ts";
import { dagVersionView } from "./dag-version-view.ts";
import { durationOf, z, zOrNull } from "./moments.ts";

/** A task instance as v2 shows it. @param displayName of its task */
export function taskInstanceView(instance: TaskInstanceRow, displayName: string): Record<string, unknown> {
  return {
    id: instance.attemptId,
    ...placeView(instance, displayName),
    logical_date: zOrNull(instance.logicalDate),
    run_after: z(instance.runAfter),
    start_date: zOrNull(instance.startDate),
    end_date: zOrNull(instance.endDate),
    duration: durationOf(instance.startDate, instance.endDate),
    state: instance.state,
    try_number: instance.tryNumber,
    queued_when: zOrNull(instance.queuedAt),
    scheduled_when: zOrNull(instance.scheduledAt),
    pid: instance.pid,
    hostname: instance.hostname,
    note: instance.note,
    rendered_map_index: instance.renderedMapIndex ?? (instance.mapIndex < 0 ? null : String(instance.mapIndex)),
    rendered_fields: instance.renderedFields,
    trigger: null,
    triggerer_job: null,
  };
}

/** One try of a task instance as v2 shows it. */
export function tryView(instance: TaskInstanceRow, displayName: string, one: ShownTry): Record<string, unknown> {
  return {
    ...placeView(instance, displayName, one),
    max_tries: one.maxTries,
    start_date: zOrNull(one.startDate),
    end_date: zOrNull(one.endDate),
    duration: durationOf(one.startDate, one.endDate),
    state: one.state,
    try_number: one.tryNumber,
    queued_when: zOrNull(one.queuedAt),
    scheduled_when: zOrNull(instance.scheduledAt),
    pid: one.pid,
    hostname: one.hostname,
  };
}

function placeView(
  instance: TaskInstanceRow,
  displayName: string,
  {
    versionUuid,
    versionNumber,
    versionCreatedAt,
  }: Pick<ShownTry, "versionUuid" | "versionNumber" | "versionCreatedAt"> = instance,
): Record<string, unknown> {
  const version = { uuid: versionUuid, versionNumber, createdAt: versionCreatedAt };
  return {
    task_id: instance.taskId,
    dag_id: instance.dagId,
    dag_run_id: instance.runId,
    map_index: instance.mapIndex,
    max_tries: instance.maxTries,
    task_display_name: displayName,
    dag_display_name: instance.dagDisplayName,
    unixname: instance.unixname,
    pool: instance.pool,
    pool_slots: instance.poolSlots,
    queue: instance.queue,
    priority_weight: instance.priorityWeight,
    operator: instance.operator,
    operator_name: instance.operator,
    executor: null,
    executor_config: "{}",
    dag_version: dagVersionView(version, instance.dagId, instance.dagDisplayName),
  };
}
