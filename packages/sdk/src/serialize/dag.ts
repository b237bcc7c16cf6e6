import {
  type LoadError,
  type Instant,
  RUN_TYPES,
  type RunType,
  SERIALIZED_DAG_VERSION,
  type SerializedDag,
  type SerializedExpand,
  type SerializedRequirements,
} from "@windlass/contract";
import type { CallSite } from "../authoring/call-site.ts";
import { DAG_OPTION_NAMES } from "../authoring/dag-options.ts";
import type { DagDefinition, GroupDefinition, TaskDefinition } from "../authoring/definition.ts";
import { TASK_OPTION_NAMES, type TaskOptions } from "../authoring/task-options.ts";
import { findCycle } from "./cycle.ts";
import { readDate } from "./dates.ts";
import { checkOwners, resolveEdges, type Upstream } from "./edges.ts";
import { serializeGroupExpand, serializeInputs } from "./inputs.ts";
import { readDagNotices } from "./notices.ts";
import { OptionReader } from "./option-reader.ts";
import { serializeParams } from "./params.ts";
import { checkPlacements } from "./placements.ts";
import { type Locate, nameValue, Problems } from "./problems.ts";
import { checkFailFast, checkRoles } from "./roles.ts";
import { checkTimezone, serializeSchedule } from "./schedule.ts";
import { readTaskDates, type TaskDatesOwner } from "./task-dates.ts";
import { readTaskOptions, serializeTask } from "./task.ts";

/** A Dag as data, or why there is none. */
export type SerializeResult =
  | { readonly dag: SerializedDag; readonly errors: readonly [] }
  | { readonly dag: null; readonly errors: readonly LoadError[] };

const REQUIREMENT_NAMES = ["connections", "variables", "env", "pools"] as const;

function serializeRequirements(
  source: unknown,
  tasks: readonly TaskDefinition[],
  site: CallSite,
  where: string,
  problems: Problems,
): SerializedRequirements {
  const reader = new OptionReader(
    typeof source === "object" && source !== null ? source : {},
    `requires of ${where}`,
    site,
    problems,
  );
  reader.refuseUnknown(REQUIREMENT_NAMES);
  return {
    // What the operators name in the file need not be named twice.
    connections: [
      ...new Set([...reader.names("connections"), ...tasks.flatMap((task) => task.connections).filter(Boolean)]),
    ],
    variables: reader.names("variables"),
    env: reader.names("env"),
    pools: reader.names("pools"),
  };
}

/** Options that tasks get by where they stand: in a group, or (null) in the Dag itself. */
type Defaults = ReadonlyMap<GroupDefinition | null, TaskOptions>;

/** The defaults of each place: a group's own over those around it. */
function readDefaults(dag: DagDefinition, where: string, timezone: string, problems: Problems): Defaults {
  const base = checkDefaults(
    dag.options.defaultTask ?? {},
    { where: `defaultTask of ${where}`, site: dag.site, timezone },
    problems,
  );
  const all = new Map<GroupDefinition | null, TaskOptions>([[null, base]]);
  // A group stands in the list behind the one around it.
  for (const group of dag.groups) {
    const given = group.options.defaultTask ?? {};
    const own = checkDefaults(
      given,
      { where: `defaultTask of the task group ${group.groupId}`, site: group.site, timezone },
      problems,
    );
    const set = Object.entries(own).filter(([, value]) => value !== undefined);
    all.set(group, { ...all.get(group.parent), ...Object.fromEntries(set) });
  }
  return all;
}

/** Notes what is wrong with the tasks' defaults, once; where anything is, they are left out, so that no task repeats it. */
function checkDefaults(defaults: TaskOptions, owner: TaskDatesOwner, problems: Problems): TaskOptions {
  const { where, site } = owner;
  const before = problems.errors.length;
  new OptionReader(defaults, where, site, problems).refuseUnknown(TASK_OPTION_NAMES);
  readTaskOptions(defaults, where, site, problems);
  readTaskDates(defaults, owner, problems);
  return problems.errors.length === before ? defaults : {};
}

function serializeTasks(
  dag: DagDefinition,
  defaults: Defaults,
  timezone: string,
  problems: Problems,
): Pick<SerializedDag, "tasks" | "edgeLabels"> & {
  readonly groupExpands: ReadonlyMap<GroupDefinition, SerializedExpand>;
} {
  const tasks = checkPlacements(dag, problems);
  const upstream: Upstream = new Map(tasks.map((task) => [task, new Set<TaskDefinition>()]));
  const groupExpands = expandGroups(dag, tasks, upstream, problems);
  const inputs = new Map(
    tasks.map((task) => {
      const wired = serializeInputs(task, problems);
      for (const source of wired.upstream) {
        if (checkOwners(dag, source, task, task.placements[0] ?? task.site, problems)) upstream.get(task)?.add(source);
      }
      return [task, wired];
    }),
  );
  for (const task of tasks) checkRoles(task, problems);
  const { labels } = resolveEdges(dag, tasks, upstream, problems);
  const cycle = findCycle(tasks, upstream);
  if (cycle !== undefined) {
    const ids = cycle.map((task) => task.taskId);
    const text = (ids.length > 12 ? [...ids.slice(0, 6), "…", ...ids.slice(-5)] : ids).join(" -> ");
    problems.add("dag_file.cycle", { dag_id: dag.dagId, cycle: text }, cycle[0]?.placements[0] ?? dag.site);
  }
  return {
    tasks: tasks.map((task) => {
      const upstreamTaskIds = [...(upstream.get(task) ?? [])].map((each) => each.taskId);
      return serializeTask(
        task,
        {
          ...(inputs.get(task) ?? { inputs: {}, expand: null }),
          upstreamTaskIds,
          defaults: defaults.get(task.group) ?? {},
          timezone,
        },
        problems,
      );
    }),
    edgeLabels: labels,
    groupExpands,
  };
}

/** What each mapped group is mapped over; the tasks it comes from stand above the group's tasks. */
function expandGroups(
  dag: DagDefinition,
  tasks: readonly TaskDefinition[],
  upstream: Upstream,
  problems: Problems,
): ReadonlyMap<GroupDefinition, SerializedExpand> {
  const found = new Map<GroupDefinition, SerializedExpand>();
  for (const group of dag.groups) {
    if (group.expand === null) continue;
    const { expand, upstream: sources } = serializeGroupExpand(group, problems);
    if (expand !== null) found.set(group, expand);
    for (const task of tasks.filter((each) => isInside(each.group, group))) {
      for (const source of sources) {
        if (checkOwners(dag, source, task, group.site, problems)) upstream.get(task)?.add(source);
      }
      if (task.expand === null) continue;
      const data = { where: `the task ${task.taskId}`, option: "expand", actual: "a mapping of its own" };
      problems.add("dag_file.bad_option", { ...data, expected: "none, inside a mapped task group" }, task.site);
    }
    for (let around = group.parent; around !== null; around = around.parent) {
      if (around.expand === null) continue;
      const data = { where: `the task group ${group.groupId}`, option: "expand", actual: "a mapping of its own" };
      problems.add("dag_file.bad_option", { ...data, expected: "none, inside a mapped task group" }, group.site);
    }
  }
  return found;
}

function isInside(group: GroupDefinition | null, outer: GroupDefinition): boolean {
  for (let each = group; each !== null; each = each.parent) if (each === outer) return true;
  return false;
}

/**
 * Checks a Dag and makes it data. Every mistake is collected, none throws.
 * @param file the Dag's file, relative to the Dags folder
 * @param locate turns positions of stacks into positions of the author's files
 */
export function serializeDag(dag: DagDefinition, file: string, locate?: Locate): SerializeResult {
  const problems = new Problems(file, locate);
  const { options, site } = dag;
  const dagId = String(dag.dagId);
  const where = `the Dag ${dagId}`;
  const reader = new OptionReader(options, where, site, problems);
  reader.refuseUnknown(DAG_OPTION_NAMES);

  const owner = { dagId, site };
  const zone = options.timezone ?? "UTC";
  const timezone = checkTimezone(zone, owner, problems) ? zone : "UTC";
  const date = (option: "startDate" | "endDate"): Instant | null => {
    const value: unknown = options[option];
    if (value === undefined || value === null) return null;
    const moment = readDate(value, timezone);
    if (moment === undefined) problems.add("dag_file.bad_date", { where, option, actual: nameValue(value) }, site);
    return moment ?? null;
  };
  const startDate = date("startDate");
  const endDate = date("endDate");
  if (startDate !== null && endDate !== null && endDate < startDate) reader.refuse("endDate", "at or after startDate");

  const defaults = readDefaults(dag, where, timezone, problems);
  const schedule = serializeSchedule(options.schedule, { dagId, timezone, site }, problems);
  const params = serializeParams(options.params, { dagId, site, problems });
  for (const [param, { hasDefault, optional }] of Object.entries(params)) {
    if (hasDefault || optional === true || schedule.kind === "none") continue;
    problems.add("dag_file.required_param_scheduled", { dag_id: dagId, param }, site);
  }
  const isRunType = (value: unknown): boolean => RUN_TYPES.includes(value as RunType);
  const runTypes = reader.names("allowedRunTypes");
  if (!runTypes.every(isRunType))
    reader.refuse("allowedRunTypes", `a list of ${RUN_TYPES.map((each) => `"${each}"`).join(", ")}`);
  const rerunWithLatestVersion = reader.flag("rerunWithLatestVersion", null);
  const failFast = reader.flag("failFast", false);
  const texts = (value: unknown): boolean => typeof value === "string";
  const textLists = (value: unknown): boolean => Array.isArray(value) && value.every(texts);

  let groupExpands: ReadonlyMap<GroupDefinition, SerializedExpand> = new Map();
  const withTasks = (): Pick<SerializedDag, "tasks" | "edgeLabels"> => {
    const { groupExpands: found, ...placed } = serializeTasks(dag, defaults, timezone, problems);
    groupExpands = found;
    return placed;
  };
  // As Airflow's ContinuousTimetable: each run begins where the last one ended, so there is never a second beside it.
  const isContinuous = schedule.kind === "continuous";
  const maxActiveRuns = reader.count("maxActiveRuns", isContinuous ? 1 : 16, 1);
  if (isContinuous && maxActiveRuns > 1) reader.refuse("maxActiveRuns", "1 under the schedule @continuous");
  const serialized: SerializedDag = {
    version: SERIALIZED_DAG_VERSION,
    dagId,
    displayName: reader.text("displayName"),
    description: reader.text("description"),
    docMd: reader.text("docMd"),
    tags: [...new Set(reader.names("tags"))],
    ownerLinks: reader.record<string>("ownerLinks", "an object of links by owner", texts) ?? {},
    timezone,
    startDate,
    endDate,
    schedule,
    catchup: reader.flag("catchup", false),
    isPausedUponCreation: reader.flag("isPausedUponCreation", null),
    maxActiveRuns,
    maxActiveTasks: reader.count("maxActiveTasks", 16, 1),
    maxConsecutiveFailedDagRuns: reader.count("maxConsecutiveFailedDagRuns", 0, 0),
    dagrunTimeoutSeconds: reader.duration("dagrunTimeout", null),
    allowedRunTypes: options.allowedRunTypes === undefined ? null : (runTypes as readonly RunType[]),
    ...(failFast && { failFast }),
    ...(rerunWithLatestVersion === null ? {} : { rerunWithLatestVersion }),
    params,
    requires: serializeRequirements(options.requires, dag.tasks, site, where, problems),
    accessControl: reader.record<readonly string[]>(
      "accessControl",
      "an object of lists of permissions by role",
      textLists,
    ),
    ...withTasks(),
    ...readDagNotices(options, reader, { where, site, problems, timezone }),
    taskGroups: dag.groups.map((group) => ({
      groupId: group.groupId,
      displayName: group.options.displayName ?? group.ownId,
      parentGroupId: group.parent?.groupId ?? null,
      tooltip: group.options.tooltip ?? "",
      expand: groupExpands.get(group) ?? null,
      extra: {},
    })),
    relativeFileloc: file,
    extra: {},
  };
  if (failFast) checkFailFast(dag, serialized.tasks, problems);
  const { errors } = problems;
  return errors.length === 0 ? { dag: serialized, errors: [] } : { dag: null, errors };
}
