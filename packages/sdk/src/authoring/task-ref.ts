import { captureSite, type CallSite } from "./call-site.ts";
import {
  type Defined,
  definitionKey,
  definitionOf,
  type GroupDefinition,
  isLinkable,
  type TaskDefinition,
} from "./definition.ts";

declare const RESULT: unique symbol;

/** What an order-only edge may lead to or come from. */
export type Linkable = Defined<TaskDefinition | GroupDefinition>;

/** An end of an edge with a label for the graph. Made by `label`. */
export interface Labelled {
  readonly label: string;
  readonly target: Linkable;
}

/** One or several ends of order-only edges. */
export type EdgeEnd = Linkable | Labelled | readonly (Linkable | Labelled)[];

/**
 * Names an edge in the graph.
 * @example extract.before(label("when there are rows", load))
 */
export function label(text: string, target: Linkable): Labelled {
  return { label: text, target };
}

/** Draws order-only edges between a task or group and others. @internal */
export function connect(self: Linkable, ends: readonly EdgeEnd[], direction: "before" | "after", site: CallSite): void {
  const own = definitionOf(self);
  for (const end of ends.flat()) {
    const labelled = isLinkable(end) ? { label: null, target: end } : end;
    const other = definitionOf(labelled.target);
    const [from, to] = direction === "before" ? [own, other] : [other, own];
    own.dag.edges.push({ from, to, label: labelled.label, site });
  }
}

/**
 * A task that has its place in a Dag, and stands for its future result. Given as an input to another task it draws a data edge; the
 * compiler checks that the result's type fits.
 * @typeParam T the result, as it arrives in another task
 */
export class TaskRef<T = unknown> implements Defined<TaskDefinition> {
  /** Only for the compiler. */
  declare readonly [RESULT]: T;
  /** The task's id, with the ids of its groups before it. */
  readonly taskId: string;
  readonly [definitionKey]: TaskDefinition;

  /** @internal */
  constructor(definition: TaskDefinition) {
    this.taskId = definition.taskId;
    this[definitionKey] = definition;
  }

  /** These start only after this one, without taking its result. Several, or a list, or a task group. */
  before(...others: readonly EdgeEnd[]): this {
    connect(this, others, "before", captureSite(this.before));
    return this;
  }

  /**
   * Makes this task a setup: the tasks between it and its teardown are in its scope. They wait for it, fail with it, and are cleared along with it.
   * @param options.teardown the task that cleans up, whatever happened in between; it is drawn behind the setup
   */
  asSetup(options: { readonly teardown?: TaskRef<unknown> } = {}): this {
    this[definitionKey].isSetup = true;
    if (options.teardown) {
      options.teardown[definitionKey].isTeardown = true;
      connect(this, [options.teardown], "before", captureSite(this.asSetup));
    }
    return this;
  }

  /**
   * Puts tasks or groups into the scope of this setup: behind it, and before its teardowns. Call it after `asSetup` or `asTeardown`.
   * @example create.asSetup({ teardown: drop }).scope(fill, check);
   */
  scope(...tasks: readonly Linkable[]): this {
    const site = captureSite(this.scope);
    const own = this[definitionKey];
    const teardowns = own.dag.edges.filter(({ from, to }) => from === own && to.kind === "task" && to.isTeardown);
    connect(this, tasks, "before", site);
    for (const task of tasks) {
      const inScope = definitionOf(task);
      for (const { to } of teardowns) if (to !== inScope) own.dag.edges.push({ from: inScope, to, label: null, site });
    }
    return this;
  }

  /**
   * Makes this task a teardown: it runs although tasks before it failed, and its own failure does not count for the run unless
   * `onFailureFailDagRun` says so.
   */
  asTeardown(
    options: { readonly setups?: readonly TaskRef<unknown>[]; readonly onFailureFailDagRun?: boolean } = {},
  ): this {
    const own = this[definitionKey];
    own.isTeardown = true;
    own.onFailureFailDagRun = options.onFailureFailDagRun ?? false;
    for (const setup of options.setups ?? []) setup.asSetup({ teardown: this });
    return this;
  }

  /** This one starts only after these, without taking their results. */
  after(...others: readonly EdgeEnd[]): this {
    connect(this, others, "after", captureSite(this.after));
    return this;
  }
}
