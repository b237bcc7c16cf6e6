import { refuse } from "@windlass/contract";
import type { TaskInstanceFilter, TaskInstanceSort } from "@windlass/core/queries";
import { integer, list, optional, text, type ValueOf } from "../../request/field.ts";
import { orderField, pagingFields } from "./paging.ts";
import { momentBounds, numberBounds, rangeOf } from "./ranges.ts";

/** By what task instances can be ordered, by Airflow's names. */
export const TASK_INSTANCE_ORDER: Readonly<Record<string, TaskInstanceSort>> = {
  id: "id",
  state: "state",
  duration: "duration",
  start_date: "startDate",
  end_date: "endDate",
  map_index: "mapIndex",
  try_number: "tryNumber",
  logical_date: "logicalDate",
  run_after: "runAfter",
  data_interval_start: "dataIntervalStart",
  data_interval_end: "dataIntervalEnd",
  rendered_map_index: "renderedMapIndex",
  pool: "pool",
  queue: "queue",
  operator: "operator",
  queued_when: "queuedAt",
  run_id: "runId",
};

/** In Airflow's order, which the refusal shows. */
export const TASK_INSTANCE_STATES = [
  "removed",
  "scheduled",
  "queued",
  "running",
  "success",
  "restarting",
  "failed",
  "up_for_retry",
  "up_for_reschedule",
  "upstream_failed",
  "skipped",
  "deferred",
  "awaiting_input",
] as const;

/** What a list of task instances takes in its query. */
export const instanceFilters = {
  cursor: optional(text()),
  ...pagingFields,
  task_id: optional(text()),
  ...momentBounds("run_after"),
  ...momentBounds("logical_date"),
  ...momentBounds("start_date"),
  ...momentBounds("end_date"),
  ...momentBounds("updated_at"),
  ...numberBounds("duration"),
  task_display_name_pattern: optional(text()),
  task_display_name_prefix_pattern: optional(text()),
  task_group_id: optional(text()),
  dag_id_pattern: optional(text()),
  dag_id_prefix_pattern: optional(text()),
  run_id_pattern: optional(text()),
  run_id_prefix_pattern: optional(text()),
  state: optional(list(text())),
  pool: optional(list(text())),
  pool_name_pattern: optional(text()),
  pool_name_prefix_pattern: optional(text()),
  queue: optional(list(text())),
  queue_name_pattern: optional(text()),
  queue_name_prefix_pattern: optional(text()),
  executor: optional(list(text())),
  version_number: optional(list(integer())),
  try_number: optional(list(integer())),
  operator: optional(list(text())),
  operator_name_pattern: optional(text()),
  operator_name_prefix_pattern: optional(text()),
  map_index: optional(list(integer())),
  rendered_map_index_pattern: optional(text()),
  rendered_map_index_prefix_pattern: optional(text()),
  order_by: orderField("map_index"),
} as const;

/** The ranges among the fields of a query or a body. */
export function rangesOf(values: object): TaskInstanceFilter {
  return {
    runAfter: rangeOf(values, "run_after"),
    logicalDate: rangeOf(values, "logical_date"),
    startDate: rangeOf(values, "start_date"),
    endDate: rangeOf(values, "end_date"),
    updatedAt: rangeOf(values, "updated_at"),
    durationSeconds: rangeOf(values, "duration"),
  };
}

/** What the query of a list of task instances picks, without the path. @throws RefusalError */
export function filterOf(query: ValueOf<typeof instanceFilters>): TaskInstanceFilter {
  return {
    ...rangesOf(query),
    taskIdPattern: query.task_display_name_pattern,
    taskIdPrefix: query.task_display_name_prefix_pattern,
    taskGroupId: query.task_group_id,
    dagIdPattern: query.dag_id_pattern,
    dagIdPrefix: query.dag_id_prefix_pattern,
    runIdPattern: query.run_id_pattern,
    runIdPrefix: query.run_id_prefix_pattern,
    states: statesOf(query.state),
    pools: query.pool,
    poolPattern: query.pool_name_pattern,
    poolPrefix: query.pool_name_prefix_pattern,
    queues: query.queue,
    queuePattern: query.queue_name_pattern,
    queuePrefix: query.queue_name_prefix_pattern,
    operators: query.operator,
    operatorPattern: query.operator_name_pattern,
    operatorPrefix: query.operator_name_prefix_pattern,
    mapIndexes: query.map_index,
    tryNumbers: query.try_number,
    versionNumbers: query.version_number,
    renderedMapIndexPattern: query.rendered_map_index_pattern,
    renderedMapIndexPrefix: query.rendered_map_index_prefix_pattern,
    nothing: query.executor !== undefined,
  };
}

/** States of task instances in a query. @throws RefusalError */
export function statesOf(given: readonly string[] | undefined): readonly (string | null)[] | undefined {
  return given?.map((state) => {
    if (state === "none" || state === "no_status" || state === "") return null;
    if ((TASK_INSTANCE_STATES as readonly string[]).includes(state)) return state;
    throw refuse(
      "request.field_wrong",
      {
        part: "query",
        name: "state",
        problem: `${state} is no state of a task instance`,
        expected: TASK_INSTANCE_STATES.join(", "),
      },
      {
        pointer: "query/state",
        actual: state,
        airflow: { v2: `Invalid value for state. Valid values are ${TASK_INSTANCE_STATES.join(", ")}` },
      },
    );
  });
}
