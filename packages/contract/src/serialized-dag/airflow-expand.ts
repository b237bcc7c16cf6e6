import { isJsonObject, type JsonValue } from "../json.ts";
import { unwrap } from "./airflow-values.ts";
import type { SerializedExpand, SerializedInput } from "./task.ts";

function inputFromAirflow(source: JsonValue): SerializedInput {
  if (isJsonObject(source) && source.__type === "xcomref" && isJsonObject(source.__var)) {
    const { task_id: taskId, key } = source.__var;
    if (typeof taskId === "string")
      return { kind: "xcom", taskId, key: typeof key === "string" ? key : "return_value" };
  }
  return { kind: "value", value: unwrap(source) };
}

function entriesOf(source: JsonValue | undefined): readonly (readonly [string, JsonValue])[] {
  const value = isJsonObject(source ?? null) ? (source as { readonly [name: string]: JsonValue }) : {};
  return Object.entries(
    value.__type === "dict" && isJsonObject(value.__var ?? null) ? entriesInside(value.__var) : value,
  );
}

function entriesInside(value: JsonValue | undefined): { readonly [name: string]: JsonValue } {
  return isJsonObject(value ?? null) ? (value as { readonly [name: string]: JsonValue }) : {};
}

/** Airflow's `expand_input`, of a task or a task group; null where it is none of its two forms. */
export function expandFromAirflow(source: JsonValue): SerializedExpand | null {
  if (!isJsonObject(source)) return null;
  if (source.type === "dict-of-lists") {
    const sources = entriesOf(source.value).map(([name, value]) => [name, inputFromAirflow(value)] as const);
    return { kind: "product", arguments: Object.fromEntries(sources) };
  }
  return source.type === "list-of-dicts" ? { kind: "kwargs", source: inputFromAirflow(source.value ?? null) } : null;
}
