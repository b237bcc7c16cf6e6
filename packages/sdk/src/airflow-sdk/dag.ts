import type { TaskContext } from "../authoring/context.ts";
import { captureSite } from "../authoring/call-site.ts";
import { type AnyHandler, type DagDefinition, definitionKey, type TaskDefinition } from "../authoring/definition.ts";
import type { TaskFactory } from "../authoring/inputs.ts";
import { recordDag } from "../authoring/recorder.ts";
import { TaskContainer, TaskGroup } from "../authoring/task-group.ts";
import { AirflowSdkMisuse } from "./misuse.ts";
import { dagOptions, type Spec, taskOptions } from "./specs.ts";
import { handlerArgs, type TaskHandler } from "./task.ts";

/** A task of a Dag, as `dag.task` gives it. */
export interface TaskRef {
  readonly dagId: string;
  /** With the ids of its groups before it. */
  readonly taskId: string;
}

/** Tasks that a task follows, by the names they have for it. */
export type TaskInputs = Readonly<Record<string, TaskRef>>;

/** Options of a Dag that a registry serves: none. Those of a Dag in a bundle are Airflow's, spans in seconds. */
export type DagSpec = Record<string, never>;

/** Options of a task that a registry serves: none. */
export type TaskSpec = Record<string, never>;

/** What a task of a registry is given besides its handler. */
export interface TaskOptions {
  /** It starts after these. They hand nothing on: their results are read by `client.getXCom`. */
  readonly inputs?: TaskInputs;
  readonly spec?: TaskSpec;
}

/**
 * How a Dag of this module is put to work. A registry's tasks are placed as they are declared and called with `{ ctx, client }`; a bundle's are placed by
 * calling what `dag.task` returns, and called with their inputs.
 */
type Serving = "registry" | "bundle";

interface Declared {
  readonly definition: TaskDefinition;
  readonly handler: TaskHandler;
  readonly inputs: TaskInputs;
}

/** What stands behind a Dag's face. */
interface Inner {
  readonly definition: DagDefinition;
  readonly tasks: Map<string, Declared>;
  serving: Serving | undefined;
}

const INNER = new WeakMap<object, Inner>();

function innerOf(dag: Dag): Inner {
  const inner = INNER.get(dag);
  if (inner === undefined) throw new AirflowSdkMisuse(`the Dag "${dag.dagId}" was not made by its constructor`);
  return inner;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function checkInputs(inner: Inner, taskId: string, inputs: unknown): TaskInputs {
  const { dagId } = inner.definition;
  if (!isPlain(inputs)) throw new AirflowSdkMisuse(`inputs for Dag "${dagId}" task "${taskId}" must be an object`);
  for (const [name, given] of Object.entries(inputs)) {
    const upstream = given as Partial<TaskRef> | null;
    if (typeof upstream?.dagId !== "string" || typeof upstream.taskId !== "string") {
      throw new AirflowSdkMisuse(`Input "${name}" of task "${taskId}" must be a task handle returned by dag.task(...)`);
    }
    if (upstream.dagId !== dagId) {
      const whose = `comes from Dag "${upstream.dagId}", not "${dagId}"`;
      throw new AirflowSdkMisuse(`Input "${name}" of task "${taskId}" ${whose}`);
    }
    if (!inner.tasks.has(upstream.taskId)) {
      throw new AirflowSdkMisuse(
        `Input "${name}" of task "${taskId}" names "${upstream.taskId}", which is not declared`,
      );
    }
  }
  return Object.freeze({ ...inputs }) as TaskInputs;
}

/** `inputs` and `spec` in the one shape, or the bare spec of a bundle's task. */
function readOptions(inner: Inner, taskId: string, options: unknown): { inputs: TaskInputs; spec: Spec } {
  const { dagId } = inner.definition;
  if (!isPlain(options)) throw new AirflowSdkMisuse(`options for Dag "${dagId}" task "${taskId}" must be an object`);
  if (!("inputs" in options) && !("spec" in options)) return { inputs: {}, spec: options };
  const [unknown] = Object.keys(options).filter((name) => name !== "inputs" && name !== "spec");
  if (unknown !== undefined)
    throw new AirflowSdkMisuse(`Unknown option "${unknown}" for Dag "${dagId}" task "${taskId}"`);
  const { inputs = {}, spec = {} } = options;
  if (!isPlain(spec) || Reflect.ownKeys(spec).length > 0) {
    throw new AirflowSdkMisuse(`spec for Dag "${dagId}" task "${taskId}" must be an empty object`);
  }
  return { inputs: checkInputs(inner, taskId, inputs), spec };
}

type Declare = (id: string, handler: AnyHandler, options: object) => TaskFactory<never, never>;

/** Declares a task in a Dag or in one of its groups; stands behind every `task` of this module. */
function declareTask(inner: Inner, prefix: string, args: readonly unknown[], declare: Declare): TaskRef {
  const { dagId } = inner.definition;
  const [id, handler, options = {}] = typeof args[0] === "string" ? args : [undefined, ...args];
  const named = isPlain(options) && typeof options["taskId"] === "string" ? options["taskId"] : undefined;
  const ownId = (id as string | undefined) ?? named ?? (handler as { readonly name?: string } | undefined)?.name ?? "";
  const taskId = prefix + ownId;
  if (typeof handler !== "function") {
    throw new AirflowSdkMisuse(`handler for Dag "${dagId}" task "${taskId}" must be a function`);
  }
  if (inner.tasks.has(taskId)) throw new AirflowSdkMisuse(`Task "${taskId}" is already registered for Dag "${dagId}"`);
  const { inputs, spec } = readOptions(inner, taskId, options);
  const run: AnyHandler = (given, context: TaskContext) =>
    inner.serving === "registry"
      ? (handler as TaskHandler)(handlerArgs(context))
      : (handler as (given: unknown) => unknown)(given);
  const factory = declare(ownId, run, taskOptions(spec));
  const definition = inner.definition.tasks.at(-1);
  if (definition !== undefined) inner.tasks.set(taskId, { definition, handler: handler as TaskHandler, inputs });
  return Object.freeze(Object.assign(factory, { dagId, taskId }));
}

/** A group of tasks in a Dag of a bundle. */
class GroupOfBundle extends TaskGroup {
  readonly #inner: Inner;

  constructor(inner: Inner, group: TaskGroup) {
    super(group[definitionKey]);
    this.#inner = inner;
  }

  override task(...args: readonly unknown[]): TaskFactory<never, never> {
    const declare: Declare = (id, handler, options) => super.task(id, handler, options) as TaskFactory<never, never>;
    return declareTask(this.#inner, `${this.groupId}.`, args, declare) as unknown as TaskFactory<never, never>;
  }

  override taskGroup(id: string): TaskGroup {
    return new GroupOfBundle(this.#inner, super.taskGroup(id));
  }
}

/** A Dag as Airflow's TypeScript SDK declares it. It is part of its file once a registry or a bundle with it is served. */
export class Dag extends TaskContainer<Record<string, unknown>> {
  readonly dagId: string;
  /** As given, a copy that nobody changes. */
  readonly spec: DagSpec;

  constructor(dagId: string, spec: DagSpec | object = {}) {
    if (!isPlain(spec)) throw new AirflowSdkMisuse(`spec for Dag "${dagId}" must be an object`);
    const definition: DagDefinition = {
      dagId,
      options: dagOptions(spec),
      site: captureSite(Dag as unknown as () => unknown),
      tasks: [],
      groups: [],
      edges: [],
      serving: "pending",
    };
    super({ dag: definition, group: null, text: "" });
    this.dagId = dagId;
    this.spec = Object.freeze({ ...spec }) as DagSpec;
    INNER.set(this, { definition, tasks: new Map(), serving: undefined });
    recordDag(definition);
  }

  /** Ids of the tasks, as they were declared. */
  get taskIds(): readonly string[] {
    return [...innerOf(this).tasks.keys()];
  }

  /** Declares a task. */
  override task<TReturn = unknown>(taskId: string, handler: TaskHandler<TReturn>, options?: TaskOptions): TaskRef;
  override task(...args: readonly unknown[]): TaskRef & TaskFactory<never, never>;
  override task(...args: readonly unknown[]): TaskRef & TaskFactory<never, never> {
    const declare: Declare = (id, handler, options) => super.task(id, handler, options) as TaskFactory<never, never>;
    return declareTask(innerOf(this), "", args, declare) as TaskRef & TaskFactory<never, never>;
  }

  override taskGroup(id: string): TaskGroup {
    return new GroupOfBundle(innerOf(this), super.taskGroup(id));
  }
}

/** The handler of a task, as it was given. */
export function handlerOf(dag: Dag, taskId: string): TaskHandler | undefined {
  return innerOf(dag).tasks.get(taskId)?.handler;
}

/** Makes a Dag part of the file that is being loaded, its tasks called as a bundle calls them. */
export function serveFromBundle(dag: Dag): void {
  const inner = innerOf(dag);
  inner.serving = "bundle";
  inner.definition.serving = "served";
}

/**
 * Makes a Dag part of the file that is being loaded, its tasks placed and called as a registry does it. Tasks follow their inputs. Where no task of the
 * Dag has any, their order stood in a Python Dag that is not here: they run one after the other as they were declared, for a task can only read what
 * another left when that one has ended.
 */
export function serveFromRegistry(dag: Dag): void {
  const inner = innerOf(dag);
  if (Reflect.ownKeys(dag.spec).length > 0) {
    throw new AirflowSdkMisuse(`spec for Dag "${dag.dagId}" must be an empty object: options go with new Bundle()`);
  }
  inner.serving = "registry";
  inner.definition.serving = "served";
  const { edges } = inner.definition;
  const declared = [...inner.tasks.values()];
  for (const { definition } of declared)
    if (definition.placements.length === 0) definition.placements.push(definition.site);
  const withInputs = declared.filter(({ inputs }) => Object.keys(inputs).length > 0);
  for (const { definition, inputs } of withInputs) {
    for (const { taskId } of Object.values(inputs)) {
      const from = inner.tasks.get(taskId)?.definition;
      if (from) edges.push({ from, to: definition, label: null, site: definition.site });
    }
  }
  if (withInputs.length > 0 || edges.length > 0) return;
  declared.forEach(({ definition }, at) => {
    const before = declared[at - 1]?.definition;
    if (before) edges.push({ from: before, to: definition, label: null, site: definition.site });
  });
}
