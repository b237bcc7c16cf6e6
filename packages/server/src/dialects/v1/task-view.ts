import type { SerializedDag, SerializedTask } from "@windlass/contract";
import { extraLinkClasses } from "../extra-links.ts";
import { taskSpan } from "../task-span.ts";
import { isoOrNull, timeDelta } from "./moments.ts";

/** A task as v1 shows it. */
export function taskView(task: SerializedTask, dag: SerializedDag): Record<string, unknown> {
  return {
    class_ref: { class_name: task.operator, module_path: "windlass" },
    depends_on_past: task.dependsOnPast,
    doc_md: task.docMd,
    downstream_task_ids: dag.tasks
      .filter((each) => each.upstreamTaskIds.includes(task.taskId))
      .map(({ taskId }) => taskId)
      .sort(),
    end_date: isoOrNull(taskSpan(dag, task).endDate),
    execution_timeout: task.executionTimeoutSeconds === null ? null : timeDelta(task.executionTimeoutSeconds),
    extra_links: extraLinkClasses(task),
    is_mapped: task.expand !== null,
    operator_name: task.operator,
    owner: task.owner,
    params: {},
    pool: task.pool,
    pool_slots: task.poolSlots,
    priority_weight: task.priorityWeight,
    queue: task.queue,
    retries: task.retry.attempts,
    retry_delay: timeDelta(task.retry.delaySeconds),
    retry_exponential_backoff: task.retry.backoff === "exponential",
    start_date: isoOrNull(taskSpan(dag, task).startDate),
    task_display_name: task.displayName ?? task.taskId,
    task_id: task.taskId,
    template_fields: Object.keys(task.templateFields),
    trigger_rule: task.triggerRule,
    ui_color: "#fff",
    ui_fgcolor: "#000",
    wait_for_downstream: task.waitForDownstream,
    weight_rule: task.weightRule,
  };
}
