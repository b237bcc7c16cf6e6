import { invariant } from "../invariant.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { RUN_TYPES, type RunType } from "../states/run-state.ts";
import { expandFromAirflow } from "./airflow-expand.ts";
import { deadlinesFromAirflow } from "./airflow-deadlines.ts";
import { scheduleFromAirflow } from "./airflow-schedule.ts";
import { taskFromAirflow } from "./airflow-task.ts";
import { Fields, unwrap } from "./airflow-values.ts";
import { SERIALIZED_DAG_VERSION, type SerializedDag, type SerializedParam, type SerializedTaskGroup } from "./dag.ts";

interface Groups {
  readonly groups: readonly SerializedTaskGroup[];
  readonly groupOfTask: ReadonlyMap<string, string>;
  readonly root: JsonObject;
}

/** Walks Airflow's tree of groups, outer before inner. The order of the children stays under `extra`. */
function groupsFromAirflow(source: JsonValue | undefined): Groups {
  const groups: SerializedTaskGroup[] = [];
  const groupOfTask = new Map<string, string>();

  function walk(value: JsonValue, parentGroupId: string | null): JsonObject {
    const fields = new Fields(value);
    const id = fields.text("_group_id");
    const prefixes = fields.flag("prefix_group_id", true);
    // Whether a group puts the outer ids before its own is up to its parent.
    const groupId =
      id === null || parentGroupId === null || id.startsWith(`${parentGroupId}.`) ? id : `${parentGroupId}.${id}`;
    const displayName = fields.text("group_display_name") ?? "";
    const tooltip = fields.text("tooltip") ?? "";
    const children = Object.entries(fields.object("children"));
    const expand = fields.take("expand_input");
    const extra = {
      ...fields.rest(),
      ...(expand !== undefined && expand !== null && { expand_input: expand }),
      prefix_group_id: prefixes,
      children: children.map(([name]) => name),
    };
    if (groupId !== null) {
      groups.push({
        groupId,
        displayName: displayName === "" ? (id ?? "") : displayName,
        parentGroupId,
        tooltip,
        expand: expandFromAirflow(expand ?? null),
        extra,
      });
    }
    for (const [name, child] of children) {
      const [kind, inner] = Array.isArray(child) ? (child as readonly JsonValue[]) : [];
      if (kind === "taskgroup" && inner !== undefined) walk(inner, groupId);
      else if (groupId !== null) groupOfTask.set(name, groupId);
    }
    return extra;
  }

  return { root: source === undefined ? {} : walk(source, null), groups, groupOfTask };
}

function paramFromAirflow(source: JsonValue): { readonly param: SerializedParam; readonly rest: JsonObject } {
  const fields = new Fields(source);
  const given = fields.take("default") ?? null;
  const hasDefault = !(isJsonObject(given) && given.__type === "arg_not_set");
  const param = {
    schema: fields.object("schema"),
    hasDefault,
    default: hasDefault ? unwrap(given) : null,
    description: fields.text("description"),
  };
  return { param, rest: fields.rest() };
}

function labelsFromAirflow(edges: JsonValue, known: ReadonlySet<string>): SerializedDag["edgeLabels"] {
  if (!isJsonObject(edges)) return [];
  return Object.entries(edges).flatMap(([from, targets]) =>
    Object.entries(isJsonObject(targets) ? targets : {}).flatMap(([to, info]) =>
      isJsonObject(info) && typeof info.label === "string" && known.has(from) && known.has(to)
        ? [[from, to, info.label] as const]
        : [],
    ),
  );
}

/**
 * A Dag of Airflow 3's own serialization (`__version` 3) in this format. Nothing is lost: what has no field of ours stands under `extra` as
 * it was, of the Dag, a group or a task.
 * @throws InvariantError where it is no such document
 */
export function fromAirflow(document: JsonValue): SerializedDag {
  invariant(isJsonObject(document) && document.__version === 3, "a serialized Dag of Airflow 3");
  const fields = new Fields(document.dag);
  const { groups, groupOfTask, root } = groupsFromAirflow(fields.take("task_group"));
  const listed = fields.take("tasks") ?? [];
  const operators = (Array.isArray(listed) ? (listed as readonly JsonValue[]) : []).map((each) =>
    isJsonObject(each) ? (each.__var ?? {}) : {},
  );
  const ids = operators.map((each) => (isJsonObject(each) && typeof each.task_id === "string" ? each.task_id : ""));
  const upstream = new Map<string, string[]>(ids.map((id) => [id, []]));
  operators.forEach((each, index) => {
    for (const below of new Fields(each).texts("downstream_task_ids")) upstream.get(below)?.push(ids[index] ?? "");
  });
  const tasks = operators.map((each, index) => {
    const id = ids[index] ?? "";
    return taskFromAirflow(each, { upstreamTaskIds: upstream.get(id) ?? [], taskGroupId: groupOfTask.get(id) ?? null });
  });
  const params = fields.list("params").map((each) => {
    const [name = "", source = {}] = Array.isArray(each) ? (each as readonly JsonValue[]) : [];
    return [typeof name === "string" ? name : "", paramFromAirflow(source)] as const;
  });
  const edgeInfo = fields.take("edge_info") ?? {};
  const timetable = fields.take("timetable") ?? null;
  const runTypes = fields.take("allowed_run_types");
  const deadline = fields.take("deadline") ?? null;
  const deadlines = deadlinesFromAirflow(deadline);
  const rerun = fields.flag("rerun_with_latest_version", null);
  // Airflow before 3.0 has it as fail_stop.
  const failStop = fields.flag("fail_stop", false);
  const failFast = fields.flag("fail_fast", failStop);
  const ownerLinks = Object.entries(fields.object("owner_links")).flatMap(([owner, link]) =>
    typeof link === "string" ? [[owner, link] as const] : [],
  );
  return {
    version: SERIALIZED_DAG_VERSION,
    dagId: fields.text("dag_id") ?? "",
    displayName: fields.text("_dag_display_property_value"),
    description: fields.text("description"),
    docMd: fields.text("doc_md"),
    tags: fields.texts("tags"),
    ownerLinks: Object.fromEntries(ownerLinks),
    timezone: fields.text("timezone") ?? "UTC",
    startDate: fields.moment("start_date"),
    endDate: fields.moment("end_date"),
    schedule: scheduleFromAirflow(timetable),
    catchup: fields.flag("catchup", false),
    isPausedUponCreation: fields.flag("is_paused_upon_creation", null),
    maxActiveRuns: fields.number("max_active_runs", 16),
    maxActiveTasks: fields.number("max_active_tasks", 16),
    maxConsecutiveFailedDagRuns: fields.number("max_consecutive_failed_dag_runs", 0),
    dagrunTimeoutSeconds: fields.number("dagrun_timeout", null),
    ...(failFast && { failFast }),
    ...(rerun === null ? {} : { rerunWithLatestVersion: rerun }),
    allowedRunTypes: Array.isArray(runTypes) ? RUN_TYPES.filter((each: RunType) => runTypes.includes(each)) : null,
    params: Object.fromEntries(params.map(([name, { param }]) => [name, param])),
    requires: { connections: [], variables: [], env: [], pools: [] },
    accessControl: null,
    tasks,
    taskGroups: groups,
    edgeLabels: labelsFromAirflow(edgeInfo, new Set(ids)),
    ...(deadlines.length > 0 && { deadlines }),
    relativeFileloc: fields.text("relative_fileloc") ?? "",
    extra: {
      ...fields.rest(),
      timetable,
      deadline,
      edge_info: edgeInfo,
      task_group: root,
      params: Object.fromEntries(params.map(([name, { rest }]) => [name, rest])),
    },
  };
}
