import { type JsonValue, RETURN_VALUE_KEY, type SerializedInput } from "@windlass/contract";
import { definitionOf, isLinkable, type TaskDefinition } from "../authoring/definition.ts";
import type { Problems } from "./problems.ts";

/** The inputs of a task as data, and the tasks whose results they take. */
export interface SerializedInputs {
  readonly inputs: { readonly [argument: string]: SerializedInput };
  readonly upstream: ReadonlySet<TaskDefinition>;
}

const MAX_DEPTH = 32;

/** Walks one task's inputs. Only JSON and other tasks' results can be carried to the process that runs the handler. */
export function serializeInputs(task: TaskDefinition, problems: Problems): SerializedInputs {
  const upstream = new Set<TaskDefinition>();

  function refuse(path: string, what: string): SerializedInput {
    problems.add("dag_file.input_not_json", { task_id: task.taskId, path, what }, task.placements[0] ?? task.site);
    return { kind: "value", value: null };
  }

  function walk(value: unknown, path: string, depth: number): SerializedInput {
    if (isLinkable(value)) {
      const source = definitionOf(value);
      if (source.kind === "group") return refuse(path, "a task group");
      upstream.add(source);
      return { kind: "xcom", taskId: source.taskId, key: RETURN_VALUE_KEY };
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

  const given = task.inputs;
  if (given === undefined || given === null) return { inputs: {}, upstream };
  if (typeof given !== "object" || Array.isArray(given) || isLinkable(given)) {
    refuse("(all)", "not an object of named inputs");
    return { inputs: {}, upstream };
  }
  const inputs = Object.entries(given).map(([name, value]) => [name, walk(value, name, 0)] as const);
  return { inputs: Object.fromEntries(inputs), upstream };
}
