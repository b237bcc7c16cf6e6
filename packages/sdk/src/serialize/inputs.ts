import { type JsonValue, RETURN_VALUE_KEY, type SerializedExpand, type SerializedInput } from "@windlass/contract";
import type { CallSite } from "../authoring/call-site.ts";
import {
  definitionOf,
  type ExpandDefinition,
  type GroupDefinition,
  isLinkable,
  type TaskDefinition,
} from "../authoring/definition.ts";
import { lazySource } from "../authoring/lazy-sequence.ts";
import { combinationOf, elementOf } from "../authoring/mapping.ts";
import type { Problems } from "./problems.ts";

/** The inputs of a task as data, and the tasks whose results they take. */
export interface SerializedInputs {
  readonly inputs: { readonly [argument: string]: SerializedInput };
  readonly expand: SerializedExpand | null;
  readonly upstream: ReadonlySet<TaskDefinition>;
}

const MAX_DEPTH = 32;

/** Whose inputs are walked. */
interface InputOwner {
  readonly id: string;
  readonly site: CallSite;
  /** The group around it. */
  readonly group: GroupDefinition | null;
  readonly inputs: unknown;
  readonly expand: ExpandDefinition | null;
}

/** Walks one task's inputs. Only JSON and other tasks' results can be carried to the process that runs the handler. */
export function serializeInputs(task: TaskDefinition, problems: Problems): SerializedInputs {
  const { taskId: id, group, inputs, expand } = task;
  return walkInputs({ id, group, inputs, expand, site: task.placements[0] ?? task.site }, problems);
}

/** What a mapped task group is mapped over. */
export function serializeGroupExpand(group: GroupDefinition, problems: Problems): SerializedInputs {
  const { groupId: id, expand, site } = group;
  return walkInputs({ id, site, group: group.parent, inputs: {}, expand }, problems);
}

function isWithin(group: GroupDefinition | null, groupId: string): boolean {
  for (let each = group; each !== null; each = each.parent) if (each.groupId === groupId) return true;
  return false;
}

/** Whether a task has several results for somebody in a group. */
function isSequence(source: TaskDefinition, reader: GroupDefinition | null): boolean {
  if (source.expand !== null) return true;
  for (let each = source.group; each !== null; each = each.parent)
    if (each.expand !== null) return !isWithin(reader, each.groupId);
  return false;
}

/** Whether something that is written in the file, or made of it, can be gone through; results are only known when the run is. */
function isMappable(source: SerializedInput): boolean {
  switch (source.kind) {
    case "value":
      return typeof source.value === "object" && source.value !== null;
    case "xcom":
      return source.lazy !== true;
    case "zip":
    case "concat":
      return source.sources.every(isMappable);
    default:
      return true;
  }
}

/** Why nothing can be mapped this way, in the middle of a sentence; null where it can. */
function expandProblem(expand: SerializedExpand, inputs: SerializedInputs["inputs"]): string | null {
  if (expand.kind === "kwargs") {
    const { source } = expand;
    const isList =
      source.kind === "value" ? Array.isArray(source.value) : isMappable(source) && source.kind !== "object";
    return isList ? null : "expandKwargs is given something that is no list";
  }
  const names = Object.keys(expand.arguments);
  if (names.length === 0) return "expand names no argument";
  const twice = names.find((name) => name in inputs);
  if (twice !== undefined) return `the argument ${twice} is given by partial and by expand`;
  const single = Object.entries(expand.arguments).find(([, source]) => !isMappable(source));
  return single === undefined
    ? null
    : `the argument ${single[0]} is given something that is neither a list nor an object`;
}

function walkInputs(owner: InputOwner, problems: Problems): SerializedInputs {
  const upstream = new Set<TaskDefinition>();

  function refuse(path: string, what: string): SerializedInput {
    problems.add("dag_file.input_not_json", { task_id: owner.id, path, what }, owner.site);
    return { kind: "value", value: null };
  }

  function walk(value: unknown, path: string, depth: number): SerializedInput {
    if (isLinkable(value)) {
      const source = definitionOf(value);
      if (source.kind === "group") return refuse(path, "a task group");
      upstream.add(source);
      return { kind: "xcom", taskId: source.taskId, key: RETURN_VALUE_KEY };
    }
    const lazySourceTask = lazySource(value);
    if (lazySourceTask) {
      upstream.add(lazySourceTask);
      const { taskId } = lazySourceTask;
      if (!isSequence(lazySourceTask, owner.group))
        return refuse(path, `lazy(${taskId}), which is no mapped task: its result is one value`);
      return { kind: "xcom", taskId, key: RETURN_VALUE_KEY, lazy: true };
    }
    const element = elementOf(value);
    if (element) {
      if (!isWithin(owner.group, element.groupId)) {
        const data = { task_id: owner.id, path, group_id: element.groupId };
        problems.add("dag_file.mapped_outside_group", data, owner.site);
      }
      return { kind: "mapped", ...element };
    }
    const combination = combinationOf(value);
    if (combination) {
      const sources = combination.sources.map((each, index) => walk(each, `${path}[${index}]`, depth + 1));
      return { kind: combination.kind, sources };
    }
    if (depth > MAX_DEPTH) return refuse(path, `nested more than ${MAX_DEPTH} levels deep`);
    switch (typeof value) {
      case "string":
      case "boolean":
        return { kind: "value", value };
      case "number":
        return Number.isFinite(value) ? { kind: "value", value } : refuse(path, String(value));
      case "undefined":
        return { kind: "value", value: null };
      case "object":
        break;
      default:
        return refuse(path, `a ${typeof value}`);
    }
    if (value === null) return { kind: "value", value: null };
    if (Array.isArray(value)) {
      const items = value.map((each, index) => walk(each, `${path}[${index}]`, depth + 1));
      if (items.every((each) => each.kind === "value"))
        return { kind: "value", value: items.map((each) => each.value) };
      return { kind: "array", items };
    }
    if (value instanceof Date) return { kind: "value", value: value.toJSON() };
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      return refuse(path, `an instance of ${(value.constructor as { readonly name?: string }).name ?? "a class"}`);
    }
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    const walked = entries.map(([name, each]) => [name, walk(each, `${path}.${name}`, depth + 1)] as const);
    if (!walked.every(([, each]) => each.kind === "value"))
      return { kind: "object", entries: Object.fromEntries(walked) };
    const plain = walked.map(([name, each]) => [name, (each as { readonly value: JsonValue }).value] as const);
    return { kind: "value", value: Object.fromEntries(plain) };
  }

  function named(given: unknown): { readonly [argument: string]: SerializedInput } {
    if (given === undefined || given === null) return {};
    if (typeof given !== "object" || Array.isArray(given) || isLinkable(given)) {
      refuse("(all)", "not an object of named inputs");
      return {};
    }
    return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, walk(value, name, 0)] as const));
  }

  const inputs = named(owner.inputs);
  if (owner.expand === null) return { inputs, expand: null, upstream };
  const expand: SerializedExpand =
    owner.expand.kind === "kwargs"
      ? { kind: "kwargs", source: walk(owner.expand.source, "(kwargs)", 0) }
      : { kind: "product", arguments: named(owner.expand.arguments) };
  const problem = expandProblem(expand, inputs);
  if (problem !== null) problems.add("dag_file.bad_expand", { task_id: owner.id, problem }, owner.site);
  return { inputs, expand, upstream };
}
