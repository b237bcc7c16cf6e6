import {
  elementsIn,
  isJsonObject,
  NOT_MAPPED,
  type JsonObject,
  type JsonValue,
  type SerializedInput,
  type SerializedTask,
  zipped,
} from "@windlass/contract";
import type { DagGraph } from "../snapshot.ts";
import { elementsOf } from "./expansion-length.ts";
import { expansionSources } from "./mapped-tasks.ts";

/** An XCom that an instance takes as an input. */
export interface XcomReference {
  readonly taskId: string;
  readonly mapIndex: number;
  readonly key: string;
}

/** Where an instance stands, and what is there for it. */
export interface InputScope {
  readonly graph: DagGraph;
  readonly task: SerializedTask;
  readonly mapIndex: number;
  /** Map indexes of a task's instances, in their order; -1 alone where it is not mapped. */
  readonly indexesOf: (taskId: string) => readonly number[];
}

function referencesIn(input: SerializedInput, scope: InputScope, found: XcomReference[]): void {
  switch (input.kind) {
    case "value":
    case "mapped":
      return;
    case "xcom":
      if (input.lazy === true) return;
      for (const mapIndex of indexesFor(input.taskId, scope))
        found.push({ taskId: input.taskId, mapIndex, key: input.key });
      return;
    case "array":
      for (const item of input.items) referencesIn(item, scope, found);
      return;
    case "object":
      for (const item of Object.values(input.entries)) referencesIn(item, scope, found);
      return;
    case "zip":
    case "concat":
      for (const source of input.sources) referencesIn(source, scope, found);
      return;
  }
}

/** Whether an input from a task is the list of its instances' values. */
export function isListOf(taskId: string, { graph, task }: Pick<InputScope, "graph" | "task">): boolean {
  const group = graph.mappedGroupOf.get(taskId);
  return graph.expansions.has(taskId) && (group === undefined || graph.mappedGroupOf.get(task.taskId) !== group);
}

/** Within a mapped group an instance sees the one with its own map index, from elsewhere all of them. */
export function indexesFor(taskId: string, { graph, task, mapIndex, indexesOf }: InputScope): readonly number[] {
  if (!graph.expansions.has(taskId)) return [NOT_MAPPED];
  const group = graph.mappedGroupOf.get(taskId);
  return group !== undefined && graph.mappedGroupOf.get(task.taskId) === group ? [mapIndex] : indexesOf(taskId);
}

/** Every XCom that an instance needs for its inputs. */
export function inputReferences(scope: InputScope): readonly XcomReference[] {
  const found: XcomReference[] = [];
  for (const input of Object.values(scope.task.inputs)) referencesIn(input, scope, found);
  const expand = scope.graph.expansions.get(scope.task.taskId);
  if (expand) for (const source of expansionSources(expand)) referencesIn(source, scope, found);
  return found;
}

/** The values of an instance's inputs; an XCom that does not exist is null, as on Airflow. */
export function resolveInputs(
  scope: InputScope,
  xcom: (reference: XcomReference) => JsonValue | undefined,
): JsonObject {
  const { graph, task, mapIndex, indexesOf } = scope;
  const expand = graph.expansions.get(task.taskId);
  const elements = expand === undefined ? {} : elementsFor(mapIndex);

  function elementsFor(index: number): JsonObject {
    if (expand?.kind === "kwargs") {
      const element = elementsIn(resolve(expand.source))[index];
      return isJsonObject(element ?? null) ? (element as JsonObject) : {};
    }
    const sources = Object.entries(expand?.arguments ?? {}).map(
      ([argument, source]) => [argument, elementsIn(resolve(source))] as const,
    );
    const chosen = elementsOf(
      index,
      sources.map(([argument, values]) => [argument, values.length] as const),
    );
    return Object.fromEntries(
      sources.map(([argument, values]) => [argument, values[chosen.get(argument) ?? 0] ?? null]),
    );
  }

  function resolve(input: SerializedInput): JsonValue {
    switch (input.kind) {
      case "value":
        return input.value;
      case "mapped":
        return elements[input.argument] ?? null;
      case "xcom": {
        const indexes = indexesFor(input.taskId, { graph, task, mapIndex, indexesOf });
        const { taskId, key } = input;
        if (!isListOf(taskId, scope)) return xcom({ taskId, key, mapIndex: indexes[0] ?? NOT_MAPPED }) ?? null;
        // Those that left nothing are left out, as on Airflow.
        return indexes.flatMap((each) => {
          const value = xcom({ taskId, key, mapIndex: each });
          return value === undefined ? [] : [value];
        });
      }
      case "array":
        return input.items.map(resolve);
      case "object":
        return Object.fromEntries(Object.entries(input.entries).map(([name, item]) => [name, resolve(item)]));
      case "concat":
        return input.sources.flatMap((source) => elementsIn(resolve(source)));
      case "zip": {
        const lists = input.sources.map((source) => elementsIn(resolve(source)));
        return zipped(lists, input.fill);
      }
    }
  }

  const given = Object.fromEntries(Object.entries(task.inputs).map(([argument, input]) => [argument, resolve(input)]));
  // The elements of the group around a task reach it only where it names them.
  return task.expand === null ? given : { ...given, ...elements };
}
