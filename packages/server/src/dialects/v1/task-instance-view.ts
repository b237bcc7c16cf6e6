import type { TaskInstanceRow } from "@windlass/core/queries";
import type { ShownTry } from "../tries.ts";
import { durationOf, iso, isoOrNull } from "./moments.ts";

/** A task instance as v1 shows it. @param displayName of its task */
export function taskInstanceView(instance: TaskInstanceRow, displayName: string): Record<string, unknown> {
  return {
    ...tryView(instance, displayName, instance),
    execution_date: iso(instance.logicalDate ?? instance.runAfter),
    note: instance.note,
    rendered_fields: instance.renderedFields,
    rendered_map_index: instance.renderedMapIndex,
    sla_miss: null,
    trigger: null,
    triggerer_job: null,
  };
}

/** One try of a task instance as v1 shows it. */
export function tryView(instance: TaskInstanceRow, displayName: string, one: ShownTry): Record<string, unknown> {
  return {
    dag_id: instance.dagId,
    dag_run_id: instance.runId,
    duration: durationOf(one.startDate, one.endDate),
    end_date: isoOrNull(one.endDate),
    executor: null,
    executor_config: "{}",
    hostname: one.hostname,
    map_index: instance.mapIndex,
    max_tries: instance.maxTries,
    operator: instance.operator,
    pid: one.pid,
    pool: instance.pool,
    pool_slots: instance.poolSlots,
    priority_weight: instance.priorityWeight,
    queue: instance.queue,
    queued_when: isoOrNull(one.queuedAt),
    start_date: isoOrNull(one.startDate),
    // Airflow 2 knows no state of its own for what waits for a person.
    state: one.state === "awaiting_input" ? "deferred" : one.state,
    task_display_name: displayName,
    task_id: instance.taskId,
    try_number: one.tryNumber,
    unixname: instance.unixname,
  };
}

/** What an action that changes task instances shows of one. */
export function taskInstanceReference(
  instance: Pick<TaskInstanceRow, "dagId" | "runId" | "taskId" | "logicalDate" | "runAfter">,
): Record<string, unknown> {
  return {
    dag_id: instance.dagId,
    dag_run_id: instance.runId,
    execution_date: iso(instance.logicalDate ?? instance.runAfter),
    task_id: instance.taskId,
  };
}
