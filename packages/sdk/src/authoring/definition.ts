import type { OptionReader } from "../serialize/option-reader.ts";
import type { CallSite } from "./call-site.ts";
import type { DagOptions } from "./dag-options.ts";
import type { TaskContext } from "./context.ts";
import type { SensorOptions } from "./sensor.ts";
import type { TaskOptions } from "./task-options.ts";

/** A handler as the runner calls it: types are the compiler's business and gone by then. */
export type AnyHandler = (inputs: Readonly<Record<string, unknown>>, context: TaskContext) => unknown;

/** What a task's result decides besides being an XCom. */
export type TaskRole =
  | { readonly kind: "task" }
  /** The handler names the tasks that are followed. */
  | { readonly kind: "branch" }
  | { readonly kind: "if"; readonly then: BranchTarget[]; readonly else: BranchTarget[] }
  | { readonly kind: "switch"; readonly cases: Map<string, BranchTarget[]>; readonly otherwise: BranchTarget[] }
  | { readonly kind: "short_circuit"; readonly respectTriggerRules: boolean }
  | { readonly kind: "sensor"; readonly options: SensorOptions }
  /** A person approves or rejects. */
  | { readonly kind: "approval"; readonly respectTriggerRules: boolean }
  | { readonly kind: "latest_only" };

/** Where a branch leads. */
export type BranchTarget = TaskDefinition | GroupDefinition;

/** How a task or a group is mapped, as written. */
export type ExpandDefinition =
  { readonly kind: "product"; readonly arguments: unknown } | { readonly kind: "kwargs"; readonly source: unknown };

/** A task as its author wrote it, before any check. */
export interface TaskDefinition {
  readonly kind: "task";
  readonly dag: DagDefinition;
  readonly group: GroupDefinition | null;
  /** Whole id, with the groups' ids before it. */
  readonly taskId: string;
  readonly operator: string;
  /** null: nothing to execute, the scheduler itself completes it. */
  readonly handler: AnyHandler | null;
  readonly options: TaskOptions;
  /** Names of options that the task's kind knows besides those of every task. */
  readonly ownOptionNames: readonly string[];
  readonly templateFields: Readonly<Record<string, unknown>>;
  /** Ids of connections that its operator takes, as far as they are written in the file. */
  readonly connections: readonly string[];
  /** Notes what is wrong with the options of its operator. */
  readonly check: ((reader: OptionReader) => void) | null;
  readonly site: CallSite;
  /** Where the task was placed, once for each call; a task that is right has exactly one. */
  readonly placements: CallSite[];
  inputs: unknown;
  role: TaskRole;
  expand: ExpandDefinition | null;
  isSetup: boolean;
  isTeardown: boolean;
  /** Where the task was made a second kind of decider: of two branches, of a branch and a short circuit. */
  secondRole: CallSite | null;
  onFailureFailDagRun: boolean;
}

/** A task group as its author wrote it. */
export interface GroupDefinition {
  readonly kind: "group";
  readonly dag: DagDefinition;
  readonly parent: GroupDefinition | null;
  /** Whole id, with the parents' ids before it. */
  readonly groupId: string;
  readonly ownId: string;
  readonly options: GroupOptions;
  readonly site: CallSite;
  expand: ExpandDefinition | null;
}

/** Options of a task group. */
export interface GroupOptions {
  /** Name shown in place of the id. */
  readonly displayName?: string;
  /** One sentence shown when the pointer rests on the group. */
  readonly tooltip?: string;
  /** Options of every task in the group that does not set them itself; they go before those of the groups around it and of the Dag. */
  readonly defaultTask?: TaskOptions;
}

/** Every name of `GroupOptions`. */
export const GROUP_OPTION_NAMES = [
  "displayName",
  "tooltip",
  "defaultTask",
] as const satisfies readonly (keyof GroupOptions)[];

/** A task's option: its own, else that of the innermost group that has one, else the Dag's. */
export function optionOf<K extends keyof TaskOptions>(task: TaskDefinition, name: K): TaskOptions[K] | undefined {
  if (task.options[name] !== undefined) return task.options[name];
  for (let group = task.group; group !== null; group = group.parent) {
    const value = group.options.defaultTask?.[name];
    if (value !== undefined) return value;
  }
  return task.dag.options.defaultTask?.[name];
}

/** Makes a task decide something; a task decides one thing only, so a second role is noted as a mistake. @internal */
export function giveRole(task: TaskDefinition, role: TaskRole, site: CallSite): void {
  if (task.role.kind === "task") task.role = role;
  else task.secondRole ??= site;
}

/** An order-only edge as written; its ends may be groups, which stand for their first or last tasks. */
export interface EdgeDefinition {
  readonly from: TaskDefinition | GroupDefinition;
  readonly to: TaskDefinition | GroupDefinition;
  readonly label: string | null;
  readonly site: CallSite;
}

/** A Dag as its author wrote it, before any check. */
export interface DagDefinition {
  readonly dagId: string;
  readonly options: DagOptions;
  readonly site: CallSite;
  readonly tasks: TaskDefinition[];
  readonly groups: GroupDefinition[];
  readonly edges: EdgeDefinition[];
  /** Of a Dag written for Airflow's TypeScript SDK: it belongs to its file only once it is served. */
  serving?: "pending" | "served";
}

const DEFINITION: unique symbol = Symbol.for("windlass.definition");

/** What carries a definition behind its public face: a Dag, a task group or a task's reference. */
export interface Defined<D> {
  readonly [DEFINITION]: D;
}

/** The key of a definition on its public object. @internal */
export const definitionKey: typeof DEFINITION = DEFINITION;

/** What stands behind a public object. @internal */
export function definitionOf<D>(face: Defined<D>): D {
  return face[DEFINITION];
}

/** Whether a value is a task's reference or a task group. */
export function isLinkable(value: unknown): value is Defined<TaskDefinition | GroupDefinition> {
  if (typeof value !== "object" || value === null || !(DEFINITION in value)) return false;
  const definition = value[DEFINITION] as { readonly kind?: string };
  return definition.kind === "task" || definition.kind === "group";
}
