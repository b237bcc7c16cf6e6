import { captureSite, type CallSite } from "./call-site.ts";
import type { TaskContext } from "./context.ts";
import {
  type AnyHandler,
  type DagDefinition,
  type Defined,
  definitionKey,
  type GroupDefinition,
  type GroupOptions,
  type TaskDefinition,
} from "./definition.ts";
import type { NoInputs, TaskFactory } from "./inputs.ts";
import { bashOperator, type BashOptions } from "./operators/bash.ts";
import { emptyOperator } from "./operators/empty.ts";
import type { Operator } from "./operators/operator.ts";
import { sqlOperator, type SqlOptions, type SqlRow } from "./operators/sql.ts";
import { connect, type EdgeEnd, TaskRef } from "./task-ref.ts";
import type { TaskOptions } from "./task-options.ts";
import type { XcomValue } from "./xcom-value.ts";

/** What a handler gives, as another task gets it. */
type ResultOf<R> = XcomValue<Awaited<R>>;

type Prefix = { readonly dag: DagDefinition; readonly group: GroupDefinition | null; readonly text: string };

function define(
  place: Prefix,
  ownId: string,
  operator: Pick<Operator, "name" | "handler" | "templateFields" | "optionNames">,
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
    site,
    placements: [],
    inputs: {},
  };
  place.dag.tasks.push(definition);
  return definition;
}

/**
 * Where tasks can be put: a Dag, or a task group within it.
 * @typeParam P the values of the Dag's params
 */
export abstract class TaskContainer<P> {
  readonly #place: Prefix;

  /** @internal */
  constructor(place: Prefix) {
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
  task(...args: readonly unknown[]): (inputs?: unknown) => TaskRef<never> {
    const [id, handler, options] = (typeof args[0] === "string" ? args : [undefined, ...args]) as [
      string | undefined,
      AnyHandler,
      TaskOptions?,
    ];
    const definition = define(
      this.#place,
      id ?? (typeof handler === "function" ? handler.name : ""),
      { name: "task", handler, templateFields: {}, optionNames: [] },
      options ?? {},
      captureSite(this.task),
    );
    const place = (inputs: unknown = {}): TaskRef<never> => {
      if (definition.placements.length === 0) definition.inputs = inputs;
      definition.placements.push(captureSite(place));
      return new TaskRef<never>(definition);
    };
    return place;
  }

  /**
   * Places a task that runs a shell script or a program. Values reach it by `env` or as whole arguments, never spliced into its text.
   * Its result is the last line of its standard output. Exit code 99 means skipped, any other than 0 failed.
   * @example dag.bash("report", { script: 'echo "Hello $NAME"', env: { NAME: ({ params }) => params.name } });
   */
  bash(id: string, options: BashOptions<P>): TaskRef<string> {
    return this.#operate(id, bashOperator(options), options, captureSite(this.bash as () => unknown));
  }

  /**
   * Places a task that runs one SQL statement through a connection (PostgreSQL or SQLite). Its result is the rows.
   * @example dag.sql("count", { connection: "warehouse", statement: "select count(*) from sales where region = $1", parameters: ["eu"] });
   */
  sql<Row extends object = SqlRow>(id: string, options: SqlOptions<P>): TaskRef<Row[]> {
    return this.#operate(id, sqlOperator(options), options, captureSite(this.sql as () => unknown));
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
    };
    dag.groups.push(definition);
    return new TaskGroup<P>(definition);
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
