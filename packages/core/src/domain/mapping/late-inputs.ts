import {
  isJsonObject,
  type JsonValue,
  type LateInput,
  type LateInputs,
  NOT_MAPPED,
  type SerializedInput,
} from "@windlass/contract";
import { elementsOf } from "./expansion-length.ts";
import { indexesFor, type InputScope, isListOf, type XcomReference } from "./resolve-inputs.ts";

/** An XCom as the maker of late inputs gets it: its value, or which of the kept values it is and how many elements that has. */
export type LateXcom =
  { readonly value: JsonValue } | { readonly at: number; readonly length: number | null } | undefined;

function hasLazy(input: SerializedInput): boolean {
  switch (input.kind) {
    case "xcom":
      return input.lazy === true;
    case "array":
      return input.items.some(hasLazy);
    case "object":
      return Object.values(input.entries).some(hasLazy);
    default:
      return false;
  }
}

/** Whether a task takes anything that is read only as far as it is used. */
export function takesLazy({ inputs }: InputScope["task"]): boolean {
  return Object.values(inputs).some(hasLazy);
}

function valueLength(value: JsonValue): number {
  if (Array.isArray(value)) return value.length;
  return isJsonObject(value) ? Object.keys(value).length : 0;
}

/** `resolveInputs` for values that are not at hand: the same rules, with the putting together left to where the task runs. */
export function lateInputs(scope: InputScope, xcom: (reference: XcomReference) => LateXcom): Omit<LateInputs, "kept"> {
  const { graph, task, mapIndex } = scope;
  const expand = graph.expansions.get(task.taskId);

  function ofXcom(found: Exclude<LateXcom, undefined>): LateInput {
    return "value" in found ? { kind: "value", value: found.value } : { kind: "kept", at: found.at };
  }

  function late(input: SerializedInput): LateInput {
    switch (input.kind) {
      case "value":
        return input;
      case "mapped":
        return elementOf(input.argument) ?? { kind: "value", value: null };
      case "xcom": {
        const { taskId, key } = input;
        if (!isListOf(taskId, scope)) {
          const found = xcom({ taskId, key, mapIndex: indexesFor(taskId, scope)[0] ?? NOT_MAPPED });
          return found === undefined ? { kind: "value", value: null } : ofXcom(found);
        }
        if (input.lazy === true) return { kind: "lazy", taskId, key };
        const items = indexesFor(taskId, scope).flatMap((each) => {
          const found = xcom({ taskId, key, mapIndex: each });
          return found === undefined ? [] : [ofXcom(found)];
        });
        return { kind: "array", items };
      }
      case "array":
        return { kind: "array", items: input.items.map(late) };
      case "object":
        return {
          kind: "object",
          entries: Object.fromEntries(Object.entries(input.entries).map(([name, item]) => [name, late(item)])),
        };
      case "concat":
        return { kind: "concat", sources: input.sources.map(late) };
      case "zip":
        return { ...input, sources: input.sources.map(late) };
    }
  }

  function lengthOf(input: SerializedInput): number {
    switch (input.kind) {
      case "value":
        return valueLength(input.value);
      case "mapped":
        return 0;
      case "xcom": {
        const { taskId, key } = input;
        if (isListOf(taskId, scope))
          return indexesFor(taskId, scope).filter((each) => xcom({ taskId, key, mapIndex: each }) !== undefined).length;
        const found = xcom({ taskId, key, mapIndex: indexesFor(taskId, scope)[0] ?? NOT_MAPPED });
        if (found === undefined) return 0;
        return "value" in found ? valueLength(found.value) : (found.length ?? 0);
      }
      case "array":
        return input.items.length;
      case "object":
        return Object.keys(input.entries).length;
      case "concat":
        return input.sources.reduce((sum, each) => sum + lengthOf(each), 0);
      case "zip": {
        const lengths = input.sources.map(lengthOf);
        if (lengths.length === 0) return 0;
        return input.fill === undefined ? Math.min(...lengths) : Math.max(...lengths);
      }
    }
  }

  const product = expand?.kind === "product" ? Object.entries(expand.arguments) : [];
  const chosen = elementsOf(
    mapIndex,
    product.map(([argument, source]) => [argument, lengthOf(source)] as const),
  );

  function elementOf(argument: string): LateInput | undefined {
    if (expand?.kind === "kwargs") return undefined;
    const source = product.find(([name]) => name === argument)?.[1];
    return source && { kind: "element", of: late(source), at: chosen.get(argument) ?? 0 };
  }

  const given = Object.entries(task.inputs).map(([argument, input]) => [argument, late(input)] as const);
  // The elements of the group around a task reach it only where it names them.
  const own = task.expand === null ? [] : product.map(([argument]) => [argument, elementOf(argument)] as const);
  return {
    arguments: Object.fromEntries(
      [...given, ...own].filter((each): each is [string, LateInput] => each[1] !== undefined),
    ),
    kwargs:
      task.expand !== null && expand?.kind === "kwargs"
        ? { kind: "element", of: late(expand.source), at: mapIndex }
        : null,
  };
}
