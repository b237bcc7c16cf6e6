import {
  DEFAULT_POOL,
  DEFAULT_QUEUE,
  isJsonObject,
  type JsonObject,
  parseInstant,
  type SerializedExpand,
  type SerializedInput,
  type SerializedRetry,
  type SerializedTask,
  TASK_CALLBACK_KINDS,
  TRIGGER_RULES,
  WEIGHT_RULES,
} from "@windlass/contract";
import type { CallSite } from "../authoring/call-site.ts";
import type { TaskDefinition, TaskRole } from "../authoring/definition.ts";
import { TASK_OPTION_NAMES, type TaskOptions } from "../authoring/task-options.ts";
import { readCallbacks } from "./notices.ts";
import { serializeAssetRefs } from "./assets.ts";
import { OptionReader } from "./option-reader.ts";
import { checkWaitingOperator } from "./waiting-operators.ts";
import { nameValue, type Problems } from "./problems.ts";
import { readTaskDates } from "./task-dates.ts";
import { ownEnvironment, readResources } from "./task-process.ts";

const RETRY_OPTION_NAMES = ["attempts", "delay", "backoff", "maxDelay", "when"] as const;

/** Airflow's `default_task_retry_delay`. */
const DEFAULT_RETRY_DELAY_SECONDS = 300;

function readRetry(
  options: TaskOptions,
  reader: OptionReader,
  where: string,
  site: CallSite,
  problems: Problems,
): SerializedRetry {
  const base = {
    delaySeconds: DEFAULT_RETRY_DELAY_SECONDS,
    backoff: "none",
    maxDelaySeconds: null,
    multiplier: 2,
  } as const;
  const given: unknown = options.retries;
  if (typeof given !== "object" || given === null) return { ...base, attempts: reader.count("retries", 0, 0) };
  const retry = new OptionReader(given, `retries of ${where}`, site, problems);
  retry.refuseUnknown(RETRY_OPTION_NAMES);
  if ("when" in given && given.when !== undefined && typeof given.when !== "function")
    retry.refuse("when", "a function");
  return {
    attempts: retry.count("attempts", 0, 0),
    delaySeconds: retry.duration("delay", DEFAULT_RETRY_DELAY_SECONDS),
    backoff: retry.choice("backoff", "none", ["none", "exponential"]),
    maxDelaySeconds: retry.duration("maxDelay", null),
    multiplier: 2,
  };
}

function plainFields(fields: Readonly<Record<string, unknown>>): JsonObject {
  try {
    const copy: unknown = JSON.parse(JSON.stringify(fields));
    return isJsonObject(copy) ? copy : {};
  } catch {
    return {};
  }
}

/** The part of a serialized task that its options decide. */
export type ReadTaskOptions = Pick<
  SerializedTask,
  | "displayName"
  | "owner"
  | "docMd"
  | "triggerRule"
  | "retry"
  | "executionTimeoutSeconds"
  | "pool"
  | "poolSlots"
  | "priorityWeight"
  | "weightRule"
  | "queue"
  | "dependsOnPast"
  | "waitForDownstream"
  | "maxActivePerDag"
  | "maxActivePerRun"
  | "doXcomPush"
  | "callbacks"
  | "outlets"
  | "inlets"
>;

/** Reads the options that every task has. Names are not checked here: an operator has some of its own. */
export function readTaskOptions(
  options: TaskOptions,
  where: string,
  site: CallSite,
  problems: Problems,
): ReadTaskOptions {
  const reader = new OptionReader(options, where, site, problems);
  const waitForDownstream = reader.flag("waitForDownstream", false);
  const callbacks = readCallbacks(options, TASK_CALLBACK_KINDS, reader);
  return {
    displayName: reader.text("displayName"),
    owner: reader.name("owner", "airflow"),
    docMd: reader.text("docMd"),
    triggerRule: reader.choice("triggerRule", "all_success", TRIGGER_RULES),
    retry: readRetry(options, reader, where, site, problems),
    executionTimeoutSeconds: reader.duration("executionTimeout", null),
    pool: reader.name("pool", DEFAULT_POOL),
    poolSlots: reader.count("poolSlots", 1, 1),
    priorityWeight: reader.integer("priorityWeight", 1),
    weightRule: reader.choice("weightRule", "downstream", WEIGHT_RULES),
    queue: reader.name("queue", DEFAULT_QUEUE),
    // Airflow: to wait for the tasks behind it implies to wait for the task itself.
    dependsOnPast: reader.flag("dependsOnPast", false) || waitForDownstream,
    waitForDownstream,
    maxActivePerDag: reader.count("maxActiveTisPerDag", null, 1),
    maxActivePerRun: reader.count("maxActiveTisPerDagrun", null, 1),
    doXcomPush: reader.flag("doXcomPush", true),
    ...(callbacks && { callbacks }),
    outlets: serializeAssetRefs("outlets", options.outlets, { where, site }, problems),
    inlets: serializeAssetRefs("inlets", options.inlets, { where, site }, problems),
  };
}

function isComputed(options: object, option: string): boolean {
  return option in options && typeof (options as Readonly<Record<string, unknown>>)[option] === "function";
}

/** Notes a moment that says nothing of its zone: the worker's own would count, and no reader knows which that is. */
function checkMoment(task: TaskDefinition, where: string, problems: Problems): void {
  const { at } = task.options as { readonly at?: unknown };
  const isMoment = at instanceof Date ? !Number.isNaN(at.getTime()) : typeof at === "string" && parseInstant(at);
  if (isMoment || typeof at === "function") return;
  problems.add("dag_file.bad_date", { where, option: "at", actual: nameValue(at) }, task.site);
}

/** The runner reads a sensor's options itself; here only what is wrong with them is noted. */
function checkSensorOptions(reader: OptionReader): void {
  reader.choice("mode", "poke", ["poke", "reschedule", "deferred"]);
  for (const option of ["interval", "maxInterval", "timeout"]) reader.duration(option, null);
  for (const option of ["exponential", "softFail", "neverFail"]) reader.flag(option, false);
}

const BRANCHES: readonly TaskRole["kind"][] = ["branch", "if", "switch", "short_circuit", "approval"];

/** As on Airflow a teardown has a rule of its own unless it names one. */
function withTeardownRule(task: TaskDefinition, options: TaskOptions): TaskOptions {
  return task.isTeardown && options.triggerRule === undefined
    ? { ...options, triggerRule: "all_done_setup_success" }
    : options;
}

/** As on Airflow an empty task is completed without a worker only where nothing is to be called before it. */
function runtimeOf(task: TaskDefinition, { callbacks }: ReadTaskOptions): SerializedTask["runtime"] {
  if (task.handler !== null) return "typescript";
  return task.role.kind === "task" && callbacks?.execute !== undefined ? "typescript" : "none";
}

/** What the Dag knows about a task besides its own definition. */
export interface TaskPlace {
  readonly inputs: { readonly [argument: string]: SerializedInput };
  readonly expand: SerializedExpand | null;
  readonly upstreamTaskIds: readonly string[];
  readonly defaults: TaskOptions;
  /** The Dag's. */
  readonly timezone: string;
}

/** One task as data: its own options over the Dag's defaults over Airflow's. */
export function serializeTask(task: TaskDefinition, place: TaskPlace, problems: Problems): SerializedTask {
  const where = `the task ${task.taskId}`;
  const reader = new OptionReader(task.options, where, task.site, problems);
  reader.refuseUnknown([...TASK_OPTION_NAMES, ...task.ownOptionNames]);
  task.check?.(reader);
  if (task.operator === "time_sensor") checkMoment(task, where, problems);
  if (task.operator === "file_sensor" && !isComputed(task.options, "path")) reader.required("path");
  if (task.role.kind === "sensor") checkSensorOptions(reader);
  checkWaitingOperator(task, reader, problems);
  if (task.role.kind === "latest_only" && task.options.onExecute !== undefined)
    reader.refuse("onExecute", "none, on a task that the scheduler itself completes");
  // An option set to undefined is one that is left out: the default counts.
  const own = Object.entries(task.options).filter(([, value]) => value !== undefined);
  const options: TaskOptions = { ...place.defaults, ...Object.fromEntries(own) };
  const read = readTaskOptions(withTeardownRule(task, options), where, task.site, problems);
  return {
    taskId: task.taskId,
    operator: task.operator,
    // That of a command is part of its operator: its values may be other tasks' results.
    ...ownEnvironment(task, task.ownOptionNames.includes("env") ? place.defaults.env : options.env, where, problems),
    ...(options.resources !== undefined && { resources: readResources(options.resources, where, task.site, problems) }),
    runtime: runtimeOf(task, read),
    upstreamTaskIds: place.upstreamTaskIds,
    inputs: place.inputs,
    ...read,
    ...readTaskDates(options, { where, site: task.site, timezone: place.timezone }, problems),
    isSetup: task.isSetup,
    isTeardown: task.isTeardown,
    onFailureFailDagRun: task.onFailureFailDagRun,
    ...(BRANCHES.includes(task.role.kind) && { isBranch: true }),
    ...(task.role.kind === "latest_only" && { builtin: { kind: "latest_only" } }),
    taskGroupId: task.group?.groupId ?? null,
    expand: place.expand,
    templateFields: plainFields(task.templateFields),
    extra: {},
  };
}
