import type { JsonObject, JsonValue } from "../json.ts";
import { DEFAULT_POOL, DEFAULT_QUEUE } from "../ids.ts";
import { isJsonObject } from "../json.ts";
import { TRIGGER_RULES, type TriggerRule, WEIGHT_RULES, type WeightRule } from "../trigger-rules.ts";
import { assetRefsFromAirflow } from "./airflow-assets.ts";
import { expandFromAirflow } from "./airflow-expand.ts";
import { Fields } from "./airflow-values.ts";
import type { SerializedTask } from "./task.ts";

function oneOf<T extends string>(value: string | null, choices: readonly T[], fallback: T): T {
  return choices.find((each) => each === value) ?? fallback;
}

/** What else is known about a task: its place in the graph and in the groups. */
export interface AirflowTaskPlace {
  readonly upstreamTaskIds: readonly string[];
  readonly taskGroupId: string | null;
}

/**
 * One task of Airflow's serialization. What has no field of ours stands under `extra` as it was.
 * @param source the operator's `__var`
 */
export function taskFromAirflow(source: JsonValue, place: AirflowTaskPlace): SerializedTask {
  const fields = new Fields(source);
  // The graph is told by the upstream side, and these two by fields of ours that say the same.
  const templateNames =
    isJsonObject(source) && Array.isArray(source.template_fields)
      ? (source.template_fields as readonly JsonValue[])
      : [];
  fields.take("downstream_task_ids");
  const outlets = fields.list("outlets");
  const inlets = fields.list("inlets");
  const isEmpty = fields.flag("_is_empty", false);
  const operatorName = fields.text("_operator_name");
  const taskId = fields.text("task_id") ?? "";
  const isBranch = fields.flag("_can_skip_downstream", false);
  const startDate = fields.moment("start_date");
  const endDate = fields.moment("end_date");
  const task: Omit<SerializedTask, "extra" | "expand" | "templateFields" | "operator"> = {
    taskId,
    displayName: fields.text("_task_display_name"),
    runtime: isEmpty ? "none" : "python",
    owner: fields.text("owner") ?? "airflow",
    docMd: fields.text("doc_md"),
    upstreamTaskIds: place.upstreamTaskIds,
    inputs: {},
    triggerRule: oneOf<TriggerRule>(fields.text("trigger_rule"), TRIGGER_RULES, "all_success"),
    retry: {
      attempts: fields.number("retries", 0),
      delaySeconds: fields.number("retry_delay", 300),
      ...backoffOf(fields),
      maxDelaySeconds: fields.number("max_retry_delay", null),
    },
    executionTimeoutSeconds: fields.number("execution_timeout", null),
    pool: fields.text("pool") ?? DEFAULT_POOL,
    poolSlots: fields.number("pool_slots", 1),
    priorityWeight: fields.number("priority_weight", 1),
    weightRule: oneOf<WeightRule>(fields.text("weight_rule"), WEIGHT_RULES, "downstream"),
    queue: fields.text("queue") ?? DEFAULT_QUEUE,
    dependsOnPast: fields.flag("depends_on_past", false),
    waitForDownstream: fields.flag("wait_for_downstream", false),
    maxActivePerDag: fields.number("max_active_tis_per_dag", null),
    maxActivePerRun: fields.number("max_active_tis_per_dagrun", null),
    isSetup: fields.flag("is_setup", false),
    isTeardown: fields.flag("is_teardown", false),
    onFailureFailDagRun: fields.flag("on_failure_fail_dagrun", false),
    taskGroupId: place.taskGroupId,
    doXcomPush: fields.flag("do_xcom_push", true),
    ...(isBranch && { isBranch }),
    ...(startDate !== null && { startDate }),
    ...(endDate !== null && { endDate }),
    outlets: assetRefsFromAirflow(outlets),
    inlets: assetRefsFromAirflow(inlets),
  };
  const mapping = mappingOf(fields);
  const templateFields = templateNames.flatMap((name) => {
    const value = typeof name === "string" ? fields.take(name) : undefined;
    return value === undefined ? [] : [[name as string, value] as const];
  });
  const rest = fields.rest();
  const operator = operatorName ?? (typeof rest.task_type === "string" ? rest.task_type : "");
  const extra = operatorName === null ? rest : { ...rest, _operator_name: operatorName };
  return {
    ...task,
    operator,
    expand: mapping === null ? null : expandFromAirflow(mapping.input ?? null),
    templateFields: Object.fromEntries(templateFields),
    extra: {
      ...extra,
      ...(mapping !== null && { mapping }),
      ...(outlets.length > 0 && { outlets }),
      ...(inlets.length > 0 && { inlets }),
    },
  };
}

/** Airflow 2 has a flag for exponential delays, Airflow 3 the base of the growth. */
function backoffOf(fields: Fields): Pick<SerializedTask["retry"], "backoff" | "multiplier"> {
  const value = fields.take("retry_exponential_backoff");
  if (value === true) return { backoff: "exponential", multiplier: 2 };
  return typeof value === "number" && value > 0
    ? { backoff: "exponential", multiplier: value }
    : { backoff: "none", multiplier: 2 };
}

/** What makes the task a mapped one, as it stands in the source. */
function mappingOf(fields: Fields): JsonObject | null {
  if (fields.take("_is_mapped") !== true) return null;
  const attribute = fields.text("_expand_input_attr") ?? "expand_input";
  const input = fields.take(attribute) ?? null;
  return {
    attribute,
    input,
    partial: fields.take("partial_kwargs") ?? {},
    strict: fields.flag("_disallow_kwargs_override", null),
  };
}
