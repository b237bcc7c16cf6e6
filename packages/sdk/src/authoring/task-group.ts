import { captureSite, type CallSite } from "./call-site.ts";
import { If, Switch } from "./branch.ts";
import type { TaskContext } from "./context.ts";
import {
  type AnyHandler,
  type DagDefinition,
  type Defined,
  definitionKey,
  type ExpandDefinition,
  type GroupDefinition,
  type GroupOptions,
  type TaskDefinition,
  type TaskRole,
} from "./definition.ts";
import { externalTaskOperator, type ExternalTaskSensorOptions } from "./external-task-sensor.ts";
import type { NoInputs, TaskFactory } from "./inputs.ts";
import { type GroupElements, mappedElement } from "./mapping.ts";
import { emptyOperator } from "./operators/empty.ts";
import {
  type ApprovalOptions,
  approvalOperator,
  type HumanBranchOptions,
  humanBranchOperator,
  type HumanChoiceOptions,
  humanChoiceOperator,
  type HumanInputOptions,
  humanInputOperator,
  type HumanResultOf,
} from "./operators/human.ts";
import type { Operator } from "./operators/operator.ts";
import { ReadyTasks } from "./ready-tasks.ts";
import { triggerDagRunOperator, type TriggerDagRunOptions } from "./operators/trigger-dag-run.ts";
import type { ParamsSource } from "./params.ts";
import { type FileSensorOptions, filePoke, timeHandler, type TimeSensorOptions } from "./ready-sensors.ts";
import { SENSOR_OPTION_NAMES, type SensorOptions } from "./sensor.ts";
import { connect, type EdgeEnd, TaskRef } from "./task-ref.ts";
import type { TaskOptions } from "./task-options.ts";
import type { XcomValue } from "./xcom-value.ts";

/** What a handler gives, as another task gets it. */
type ResultOf<R> = XcomValue<Awaited<R>>;

/** What a branch may answer. */
type BranchNames = string | readonly string[] | null | undefined;

type Prefix = { readonly dag: DagDefinition; readonly group: GroupDefinition | null; readonly text: string };

function define(
  place: Prefix,
  ownId: string,
  operator: Omit<Operator, "inputs">,
  options: TaskOptions,
  site: CallSite,
): TaskDefinition {
  const definition: TaskDefinition = {
    kind: "task",
    dag: place.dag,
    group: place.group,
    taskId: ownId === "" ? "" : place.text + ownId,
    operator: operator.name,
    handler: operator.handler,
    options,
    ownOptionNames: operator.optionNames,
    templateFields: operator.templateFields,
    connections: operator.connections ?? [],
    check: operator.check ?? null,
    site,
    placements: [],
    inputs: {},
    role: { kind: "task" },
    expand: null,
    isSetup: false,
    isTeardown: false,
    secondRole: null,
    onFailureFailDagRun: false,
  };
  place.dag.tasks.push(definition);
  return definition;
}

/**
 * Where tasks can be put: a Dag, or a task group within it.
 * @typeParam P the values of the Dag's params
 */
export abstract class TaskContainer<P> extends ReadyTasks<P> {
  readonly #place: Prefix;

  /** @internal */
  constructor(place: Prefix) {
    super();
    this.#place = place;
  }

  /**
   * Declares a task. What it returns is called once to place the task, with the handler's inputs:
   *
   * ```ts
   * const extract = dag.task("extract", async () => [1, 2, 3]);
   * const total = dag.task("total", async ({ numbers }: { numbers: number[] }) => numbers.reduce((a, b) => a + b, 0));
   * total({ numbers: extract() });
   * ```
   *
   * The handler's second argument is the context; `getContext()` gives the same from anywhere. The return value must be JSON and becomes
   * the task's XCom.
   * @param id left out: the handler's own name
   */
  // The form without id comes first: a handler whose parameters wait for their types must not meet `id: string` before.
  task<I extends object = NoInputs, R = unknown>(
    handler: (inputs: I, context: TaskContext<P>) => R,
    options?: TaskOptions,
  ): TaskFactory<I, ResultOf<R>>;
  task<I extends object = NoInputs, R = unknown>(
    id: string,
    handler: (inputs: I, context: TaskContext<P>) => R,
    options?: TaskOptions,
  ): TaskFactory<I, ResultOf<R>>;
  task(...args: readonly unknown[]): TaskFactory<never, never> {
    const [id, handler, options] = (typeof args[0] === "string" ? args : [undefined, ...args]) as [
      string | undefined,
      AnyHandler,
      TaskOptions?,
    ];
    const ownId = id ?? (typeof handler === "function" ? handler.name : "");
    return this.#declare(ownId, "task", handler, options ?? {}, { kind: "task" }, captureSite(this.task));
  }

  /**
   * Declares a task whose handler names the tasks or task groups to follow, by their whole ids; what stands directly behind it and is not followed is
   * skipped. As on Airflow: a text, a list of texts, or null for none.
   */
  branch<I extends object = NoInputs>(
    id: string,
    handler: (inputs: I, context: TaskContext<P>) => BranchNames | Promise<BranchNames>,
    options: TaskOptions = {},
  ): TaskFactory<I, string[]> {
    const site = captureSite(this.branch);
    return this.#declare(id, "branch", handler as AnyHandler, options, { kind: "branch" }, site);
  }

  /**
   * Declares a task that skips everything behind it where its result is falsy; with `respectTriggerRules` only what stands directly behind it, and the
   * rest follows its trigger rules.
   */
  shortCircuit<I extends object = NoInputs, R = unknown>(
    id: string,
    handler: (inputs: I, context: TaskContext<P>) => R,
    options: TaskOptions & { readonly respectTriggerRules?: boolean } = {},
  ): TaskFactory<I, ResultOf<R>> {
    const { respectTriggerRules = false, ...rest } = options;
    const role: TaskRole = { kind: "short_circuit", respectTriggerRules };
    const site = captureSite(this.shortCircuit);
    return this.#declare(id, "short_circuit", handler as AnyHandler, rest, role, site);
  }

  /** Two ways from here, by a task's result: `dag.if(isWeekend()).then(rest).else(work, report)`. */
  if(condition: TaskRef<unknown>): If {
    return new If(condition);
  }

  /** Several ways from here, by a task's result: `dag.switch(kind()).case("full", rebuild).otherwise(update)`. */
  switch(decider: TaskRef<unknown>): Switch {
    return new Switch(decider);
  }

  /** Places a task behind which everything is skipped in runs that are not the latest of the schedule. Runs by hand always go on. */
  latestOnly(id: string, options: TaskOptions = {}): TaskRef<null> {
    const site = captureSite(this.latestOnly);
    const ref = this.#operate<null>(id, { ...emptyOperator(), name: "latest_only" }, options, site);
    ref[definitionKey].role = { kind: "latest_only" };
    return ref;
  }

  /**
   * Places a task that asks until the answer is something else than false, null or undefined; that answer (unless it is true) is its result.
   * @example dag.sensor("file_there", async () => existsSync("/data/today.csv"), { mode: "reschedule", interval: "5m", timeout: "6h" });
   */
  sensor<R>(
    id: string,
    poke: (inputs: object, context: TaskContext<P>) => R,
    options: SensorOptions = {},
  ): TaskRef<ResultOf<R>> {
    const site = captureSite(this.sensor);
    const operator = {
      name: "sensor",
      handler: poke as AnyHandler,
      inputs: {},
      optionNames: SENSOR_OPTION_NAMES,
      templateFields: {},
    };
    const ref = this.#operate<ResultOf<R>>(id, operator, options, site);
    ref[definitionKey].role = { kind: "sensor", options };
    return ref;
  }

  /**
   * Places a task that waits for a moment, without a process meanwhile.
   * @example dag.timeSensor("after_lunch", { at: ({ dagRun }) => `${dagRun.runAfter.slice(0, 10)}T13:00:00Z` });
   */
  timeSensor(id: string, options: TimeSensorOptions<P>): TaskRef<null> {
    const at = typeof options.at === "function" ? "(computed when the task runs)" : options.at;
    const operator = {
      name: "time_sensor",
      handler: timeHandler(options),
      inputs: {},
      optionNames: ["at"],
      templateFields: { at },
    };
    return this.#operate(id, operator, options, captureSite(this.timeSensor as () => unknown));
  }

  /**
   * Places a sensor that waits for a file, or for a folder with a file in it, on the machine of the worker.
   * @example dag.fileSensor("export_there", { path: "/data/export.csv", mode: "reschedule", timeout: "6h" });
   */
  fileSensor(id: string, options: FileSensorOptions<P>): TaskRef<null> {
    const path = typeof options.path === "function" ? "(computed when the task runs)" : options.path;
    const operator = {
      name: "file_sensor",
      handler: filePoke(options),
      inputs: {},
      optionNames: ["path", ...SENSOR_OPTION_NAMES],
      templateFields: { path },
    };
    const ref = this.#operate<null>(id, operator, options, captureSite(this.fileSensor));
    ref[definitionKey].role = { kind: "sensor", options };
    return ref;
  }

  /**
   * Places a task that makes a run of another Dag, by the same rules as every trigger, and waits for its end where `wait` says so. The run's id is left as
   * the XCom `trigger_run_id`.
   * @example dag.triggerDagRun("rebuild", { dagId: "warehouse", conf: { full: true }, wait: "deferred" });
   */
  triggerDagRun(id: string, options: TriggerDagRunOptions<P>): TaskRef<null> {
    const site = captureSite(this.triggerDagRun);
    return this.#operate(id, triggerDagRunOperator(options), options, site);
  }

  /**
   * Places a sensor that waits for another Dag: its run of the same logical date, or tasks or a task group of it.
   * @example dag.externalTaskSensor("sales_there", { dagId: "sales", taskIds: "load", executionDelta: "1h", timeout: "6h" });
   */
  externalTaskSensor(id: string, options: ExternalTaskSensorOptions<P>): TaskRef<null> {
    const site = captureSite(this.externalTaskSensor);
    const ref = this.#operate<null>(id, externalTaskOperator(options), options, site);
    const { mode = "deferred" } = options;
    if (mode !== "deferred") ref[definitionKey].role = { kind: "sensor", options };
    return ref;
  }

  /**
   * Places a task that asks a person to approve. A rejection skips what stands behind it. It holds no worker while it waits; its result is the answer.
   * @example dag.approval("release", { subject: "Release 1.4?", assignees: ["ana"], timeout: "1d", onTimeout: "reject" });
   */
  approval<const F extends ParamsSource = ParamsSource>(
    id: string,
    options: ApprovalOptions<P, F>,
  ): TaskRef<HumanResultOf<F>> {
    const site = captureSite(this.approval);
    const operator = approvalOperator(options as ApprovalOptions)(this.#place.dag);
    const ref = this.#operate<HumanResultOf<F>>(id, operator, options, site);
    const respectTriggerRules = options.ignoreDownstreamTriggerRules !== true;
    ref[definitionKey].role = { kind: "approval", respectTriggerRules };
    return ref;
  }

  /**
   * Places a task that asks a person to fill in a form. Its result is the answer: the fields under `params_input`, and who gave it.
   * @example dag.humanInput("budget", { subject: "How much?", form: { euros: requiredParam({ type: "integer", minimum: 1 }) } });
   */
  humanInput<const F extends ParamsSource>(id: string, options: HumanInputOptions<P, F>): TaskRef<HumanResultOf<F>> {
    const operator = humanInputOperator(options as HumanInputOptions)(this.#place.dag);
    return this.#operate(id, operator, options, captureSite(this.humanInput as () => unknown));
  }

  /** Places a task that lets a person choose among options, one or several. Its result is the answer. */
  humanChoice<const F extends ParamsSource = ParamsSource>(
    id: string,
    options: HumanChoiceOptions<P, F>,
  ): TaskRef<HumanResultOf<F>> {
    const operator = humanChoiceOperator(options as HumanChoiceOptions)(this.#place.dag);
    return this.#operate(id, operator, options, captureSite(this.humanChoice as () => unknown));
  }

  /** Places a branch that a person decides: of what stands directly behind it only the chosen ways are followed. */
  humanBranch<const F extends ParamsSource = ParamsSource>(
    id: string,
    options: HumanBranchOptions<P, F>,
  ): TaskRef<string[]> {
    const operator = humanBranchOperator(options as HumanBranchOptions)(this.#place.dag);
    const site = captureSite(this.humanBranch);
    const ref = this.#operate<string[]>(id, operator, options, site);
    ref[definitionKey].role = { kind: "branch" };
    return ref;
  }

  #declare<I, T>(
    id: string,
    operator: string,
    handler: AnyHandler,
    options: TaskOptions,
    role: TaskRole,
    site: CallSite,
  ): TaskFactory<I, T> {
    const parts = { name: operator, handler, templateFields: {}, optionNames: [] };
    const definition = define(this.#place, id, parts, options, site);
    definition.role = role;
    const placed = (inputs: unknown, expand: ExpandDefinition | null, at: CallSite): TaskRef<never> => {
      if (definition.placements.length === 0) {
        definition.inputs = inputs;
        definition.expand = expand;
      }
      definition.placements.push(at);
      return new TaskRef<never>(definition);
    };
    const place = (inputs: unknown = {}): TaskRef<never> => placed(inputs, null, captureSite(place));
    const expand = (inputs: unknown): TaskRef<never> =>
      placed({}, { kind: "product", arguments: inputs }, captureSite(expand));
    const expandKwargs = (source: unknown): TaskRef<never> =>
      placed({}, { kind: "kwargs", source }, captureSite(expandKwargs));
    const partial = (given: unknown) => {
      const some = (inputs: unknown): TaskRef<never> =>
        placed(given, { kind: "product", arguments: inputs }, captureSite(some));
      const kwargs = (source: unknown): TaskRef<never> =>
        placed(given, { kind: "kwargs", source }, captureSite(kwargs));
      return { expand: some, expandKwargs: kwargs };
    };
    return Object.assign(place, { expand, expandKwargs, partial });
  }

  /** Places a task with nothing to do: a place where edges meet. */
  empty(id: string, options: TaskOptions = {}): TaskRef<null> {
    return this.#operate(id, emptyOperator(), options, captureSite(this.empty as () => unknown));
  }

  /**
   * A group of tasks, drawn as one and named before its tasks' ids (`load.rows`). It has the same methods as the Dag. As an end of an
   * edge it stands for its first or its last tasks.
   */
  taskGroup(id: string, options: GroupOptions = {}): TaskGroup<P> {
    const { dag, group, text } = this.#place;
    const definition: GroupDefinition = {
      kind: "group",
      dag,
      parent: group,
      groupId: text + id,
      ownId: id,
      options,
      site: captureSite(this.taskGroup),
      expand: null,
    };
    dag.groups.push(definition);
    return new TaskGroup<P>(definition);
  }

  protected override place<T>(id: string, operator: Operator, options: TaskOptions, site: CallSite): TaskRef<T> {
    return this.#operate(id, operator, options, site);
  }

  #operate<T>(id: string, operator: Operator, options: TaskOptions, site: CallSite): TaskRef<T> {
    const definition = define(this.#place, id, operator, options, site);
    definition.inputs = operator.inputs;
    definition.placements.push(site);
    return new TaskRef<T>(definition);
  }
}

/** A group of tasks within a Dag. Made by `dag.taskGroup`. */
export class TaskGroup<P = Record<string, unknown>> extends TaskContainer<P> implements Defined<GroupDefinition> {
  /** The group's id, with the ids of the groups around it before. */
  readonly groupId: string;
  readonly [definitionKey]: GroupDefinition;

  /** @internal */
  constructor(definition: GroupDefinition) {
    super({ dag: definition.dag, group: definition, text: `${definition.groupId}.` });
    this.groupId = definition.groupId;
    this[definitionKey] = definition;
  }

  /**
   * Maps the whole group: each of its tasks has one instance for each combination of the arguments' elements, and within the group each instance sees
   * those with its own map index.
   * @param build places the group's tasks; gets the elements, to be handed to them as inputs
   * @example dag.taskGroup("shop").expand({ id: shops() }, (group, { id }) => { load({ rows: read({ id }) }); });
   */
  expand<A extends Readonly<Record<string, unknown>>>(
    inputs: A,
    build: (group: this, elements: GroupElements<A>) => void,
  ): this {
    const definition = this[definitionKey];
    definition.expand = { kind: "product", arguments: inputs };
    const elements = Object.keys(inputs).map((name) => [name, mappedElement(definition.groupId, name)] as const);
    build(this, Object.fromEntries(elements) as unknown as GroupElements<A>);
    return this;
  }

  /** These start only after the group's last tasks. */
  before(...others: readonly EdgeEnd[]): this {
    connect(this, others, "before", captureSite(this.before));
    return this;
  }

  /** The group's first tasks start only after these. */
  after(...others: readonly EdgeEnd[]): this {
    connect(this, others, "after", captureSite(this.after));
    return this;
  }
}
